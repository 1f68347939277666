import { expect, test } from 'vitest';
import { type Destroyed, destroy } from '../../src/cleanup/destroy.ts';
import { type TeardownOptions, viewTeardown } from '../../src/cleanup/teardown.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { OperationFailed } from '../../src/google/operations.ts';
import {
  call,
  type How,
  Planted,
  plantEnvironment,
  projects,
  repository,
  shopDeployment,
  siteHere,
} from '../support/cleanup.ts';
import { comparable } from '../support/estate.ts';
import { type Hits, strikingFetch } from '../support/walk.ts';

const options: TeardownOptions = {
  repository,
  backup: { description: 'the last', days: 30 },
  deleteData: true,
  liftProtection: true,
  neighbours: [],
  carriesPreviews: false,
};

/** Takes production down as the action does after its checks. */
async function tearDown(emulator: Emulator, how: How = {}): Promise<Destroyed> {
  const { site, options: run } = await siteHere(emulator, await shopDeployment('production'), how);
  const list = async () => (await viewTeardown(site, options)).goes;
  return await destroy(list, { ...run, because: () => 'a test' });
}

const planted = () => Planted.by((emulator) => plantEnvironment(emulator, 'production'));

/** What is left of the project, without history and names that Google makes up. */
function leftIn(emulator: Emulator): string[] {
  return Object.keys(comparable(emulator.snapshot()))
    .filter(
      (key) => key.includes(projects.production) && !/deleted|operations|logging|serviceusage/i.test(key),
    )
    .map((key) => key.replace(/backups\/.*$/, 'backups/one'))
    .sort();
}

/** Counts what changes something, as it is sent. */
function nthWrite(nth: number): Hits {
  let number = 0;
  return (_input, init) => {
    const isWrite = init?.method !== 'GET' && !/:(getIamPolicy|wait)$|\/wait$/.test(String(_input));
    return isWrite && ++number === nth;
  };
}

test('killed after any of its writes, the next run ends as an undisturbed one', async () => {
  await using estate = await planted();
  let expected: string[] = [];
  let writes = 0;
  {
    await using emulator = await estate.start();
    const before = emulator.journal.length;
    expect((await tearDown(emulator)).left).toEqual([]);
    expected = leftIn(emulator);
    writes = emulator.journal.slice(before).filter(({ write }) => write).length;
  }
  expect(expected).toContain('sql.backups projects/shop-production/backups/one');
  expect(writes).toBeGreaterThan(25);
  const broken: string[] = [];
  for (let nth = 1; nth <= writes; nth++) {
    await using emulator = await estate.start();
    const killed = new AbortController();
    const fetch = strikingFetch(nthWrite(nth), { kind: 'kill', effect: 'after' }, killed);
    await tearDown(emulator, { fetch, signal: killed.signal }).catch(() => undefined);
    if (!killed.signal.aborted) broken.push(`write ${nth} was never sent`);
    const { left } = await tearDown(emulator);
    if (left.length > 0) broken.push(`write ${nth}: ${left.map(({ leftover }) => leftover.address).join()}`);
    const found = leftIn(emulator);
    if (found.join() !== expected.join()) broken.push(`write ${nth}: ${found.join()}`);
  }
  expect(broken).toEqual([]);
}, 600_000);

test('what Google holds for a while is told, and a later run takes it', async () => {
  await using estate = await planted();
  // An hour of the cloud's clock is 36 s here: the first run is over before the addresses are free.
  await using emulator = await estate.start({ latency: 'typical', timeScale: 100 });
  const { site, options: run } = await siteHere(emulator, await shopDeployment('production'), {
    timeScale: 100,
  });
  const list = async () => (await viewTeardown(site, options)).goes;
  const first = await destroy(list, { ...run, because: () => 'a test' });
  expect(first.left.map(({ leftover }) => leftover.address).sort()).toEqual([
    'network/shop-network',
    'subnet/shop-network-us-central1',
  ]);
  const subnet = first.left.find(({ leftover }) => leftover.kind === 'subnet');
  expect(String(subnet?.error)).toContain('already being used by');
  expect(subnet?.error).not.toBeInstanceOf(OperationFailed);
  await new Promise((resolve) => setTimeout(resolve, 40_000));
  expect((await destroy(list, { ...run, because: () => 'a test' })).left).toEqual([]);
  await expect(
    call(emulator, 'GET', `compute/v1/projects/${projects.production}/global/networks/shop-network`),
  ).rejects.toThrow('404');
}, 300_000);
