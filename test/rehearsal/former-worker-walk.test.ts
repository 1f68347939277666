/** A worker gets another name, and each request of that deployment is struck once: one worker is left, and never none. */
import { expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { seedOf } from '../support/action.ts';
import { deployHere, deploymentFrom } from '../support/deploy-here.ts';
import { noServer, provisionHere } from '../support/estate.ts';
import { type Mishap, mishaps, nthRequest, strikingFetch } from '../support/walk.ts';

const project = 'former-worker';
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;
const commit = 'a'.repeat(40);

const deploymentWith = (name: string) =>
  deploymentFrom(`version: 1
name: shop
region: us-central1
project: ${project}
services:
  web:
    image: ${image}
    worker: { name: ${name}, command: [work] }
`);

/** One with the old worker. */
async function prepared(): Promise<Emulator> {
  const emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = deploymentWith('shop-old');
  await provisionHere({ emulator, deployment, values: {} });
  await deployHere({ emulator, deployment, commit });
  expect(workers(emulator)).toEqual(['shop-old']);
  return emulator;
}

/** Those that are there, and not being deleted. */
function workers(emulator: Emulator): readonly string[] {
  return [...emulator.cloud.table<{ name: string; deleteTime?: string }>('run.workerPools').values()]
    .filter(({ deleteTime }) => deleteTime === undefined)
    .map(({ name }) => name.split('/').at(-1) ?? '')
    .sort();
}

/** Whether all went well; a run that was killed gives no outcomes. `look` is called after each request. */
async function rename(
  emulator: Emulator,
  doFetch: typeof fetch = fetch,
  signal?: AbortSignal,
  look: () => void = () => undefined,
): Promise<boolean> {
  const watched: typeof fetch = async (input, init) => await doFetch(input, init).finally(look);
  const outcomes = await deployHere({
    emulator,
    deployment: deploymentWith('shop-new'),
    commit,
    fetch: watched,
    ...(signal ? { signal } : {}),
  }).catch(() => undefined);
  return outcomes?.every(({ state }) => state === 'applied' || state === 'unchanged') ?? false;
}

async function requests(): Promise<number> {
  await using emulator = await prepared();
  const before = emulator.journal.length;
  expect(await rename(emulator)).toBe(true);
  expect(workers(emulator)).toEqual(['shop-new']);
  return emulator.journal.length - before;
}

test.each([...mishaps])(
  '%s at any request: a worker is there throughout, and the next run leaves the new one alone',
  async (_name, mishap: Mishap) => {
    const number = await requests();
    expect(number).toBeGreaterThan(8);
    const broken: string[] = [];
    for (let nth = 1; nth <= number; nth++) {
      await using emulator = await prepared();
      const killed = new AbortController();
      const look = (): void => {
        if (workers(emulator).length === 0) broken.push(`request ${nth}: there is no worker`);
      };
      await rename(emulator, strikingFetch(nthRequest(nth), mishap, killed), killed.signal, look);
      if (!(await rename(emulator, fetch, undefined, look)))
        broken.push(`request ${nth}: the next run failed`);
      if (workers(emulator).join() !== 'shop-new') broken.push(`request ${nth}: ${workers(emulator).join()}`);
      const before = emulator.journal.length;
      await rename(emulator);
      const writes = emulator.journal.slice(before).filter(({ write }) => write);
      if (writes.length > 0) broken.push(`request ${nth}: the third run wrote`);
    }
    expect(broken).toEqual([]);
  },
  240_000,
);
