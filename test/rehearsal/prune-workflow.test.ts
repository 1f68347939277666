/** A service goes out of deploy.yaml, and the workflow that ships deploys what is left: without and with `prune`. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openWorld, type World, type WorldRun } from '../../src/rehearsal/world/world.ts';
import { call } from '../support/cleanup.ts';
import { noServer } from '../support/estate.ts';

const minutes = 60_000;
const project = 'shop-staging';
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;
const billing = `  billing:
    image: ${image}
    secrets: { KEY: shop-key }
    app: { port: 8080, smoke: { enabled: false } }
    worker: { command: [work] }
`;

const file = (others: string, env: string): string => `version: 1
name: shop
region: us-central1
environments: { staging: { project: ${project} } }
secrets: { shop-key: { generate: 32 } }
services:
  web:
    image: ${image}
    env: { ${env} }
    secrets: { KEY: shop-key }
    app: { port: 8080, public: true, smoke: { enabled: false } }
${others}`;

/** The caller that people copy; the other environments of its example are not in this file. */
async function caller(): Promise<string> {
  const text = await readFile('examples/aethercast/.github/workflows/deploy.yml', 'utf8');
  return text.replace(/ +secrets:\n[\s\S]*$/, '').replace(/ {2}push:\n.*\n/, '');
}

/** Jobs that ran, by name. */
async function resultsOf(run: WorldRun): Promise<Record<string, string>> {
  const { jobs } = await run.done;
  const ran = jobs.filter(({ result }) => result !== 'skipped');
  return Object.fromEntries(
    ran.map(({ identity, result }) => [identity.name.replace(/^.* \/ /, ''), result]),
  );
}

const linesOf = async (run: WorldRun): Promise<string> =>
  (await run.done).jobs.flatMap(({ lines }) => lines).join('\n');

async function names(world: World, kind: string): Promise<readonly string[]> {
  const path = `v2/projects/${project}/locations/us-central1/${kind}`;
  const page = await call<Record<string, { name: string }[] | undefined>>(world.emulator, 'GET', path);
  return (page[kind] ?? []).map(({ name }) => name.split('/').at(-1) ?? '').sort();
}

/** Who may read the secret. */
async function readers(world: World): Promise<string> {
  return JSON.stringify(
    await call(world.emulator, 'GET', `v1/projects/${project}/secrets/shop-key:getIamPolicy`),
  );
}

test(
  'it runs on and is told, until a deployment with prune takes it away, and its rights after it',
  async () => {
    const owner = 'admin@example.com';
    await using world = await openWorld({
      application: 'test/fixtures/world',
      files: {
        'deploy.yaml': file(billing, `BILLING: "\${services.billing.url}"`),
        '.github/workflows/deploy.yml': await caller(),
      },
      owner,
      postgres: noServer,
    });
    const first = await world.dispatch('deploy');
    expect((await first.done).result, await linesOf(first)).toBe('success');
    expect(await names(world, 'services')).toEqual(['shop-billing', 'shop-web']);

    await world.push('main', { 'deploy.yaml': file('', 'PLAIN: text') });
    const told = await world.dispatch('deploy');
    expect(await resultsOf(told), await linesOf(told)).toEqual({
      plan: 'success',
      provision: 'success',
      'deploy web': 'success',
      'record the release': 'success',
    });
    expect(await linesOf(told)).toContain(
      '2 workloads of this deployment run on though deploy.yaml does not ask for it',
    );
    expect(await names(world, 'services')).toEqual(['shop-billing', 'shop-web']);
    expect(await readers(world)).toContain('sa-shop-billing@');

    const since = world.emulator.journal.length;
    const pruned = await world.dispatch('deploy', { prune: 'true' });
    // Nothing is left to deploy, and the release comes all the same.
    expect(await resultsOf(pruned), await linesOf(pruned)).toEqual({
      plan: 'success',
      provision: 'success',
      'record the release': 'success',
      prune: 'success',
    });
    expect(await names(world, 'services')).toEqual(['shop-web']);
    expect(await names(world, 'workerPools')).toEqual([]);
    expect(await readers(world)).not.toContain('sa-shop-billing@');
    expect(await readers(world)).toContain('sa-shop-web@');
    const writes = world.emulator.journal
      .slice(since)
      .filter(({ write, host }) => write && !/github/.test(host));
    const [lastDelete, firstPolicy] = [
      writes.findLastIndex(({ method }) => method === 'DELETE'),
      writes.findIndex(({ path }) => path.endsWith(':setIamPolicy')),
    ];
    expect(lastDelete).toBeGreaterThanOrEqual(0);
    expect(firstPolicy).toBeGreaterThan(lastDelete);

    const after = world.emulator.journal.length;
    const again = await world.dispatch('deploy', { prune: 'true' });
    expect((await again.done).result).toBe('success');
    const more = world.emulator.journal
      .slice(after)
      .filter(({ write, host }) => write && !/github/.test(host));
    expect(more.filter(({ host }) => !/^(sts|iamcredentials)\./.test(host))).toEqual([]);
  },
  6 * minutes,
);
