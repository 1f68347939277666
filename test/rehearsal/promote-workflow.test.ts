import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { trusted } from '../../src/rehearsal/trigger.ts';
import { openWorld, type WorldRun } from '../../src/rehearsal/world/world.ts';
import { bootstrapCaller, bootstrapped, untouched } from '../support/administrator.ts';
import { builds, production, productionShop, servingDigests, staging } from '../support/promotion.ts';

const minutes = 60_000;

const deployCaller = `name: Deploy
on: workflow_dispatch
permissions: {}
jobs:
  deploy:
    permissions: { contents: read, deployments: write, id-token: write }
    uses: org/aethercast-deploy/.github/workflows/deploy.yml@v1
    with:
      environment: staging
    secrets:
      secret_env: MAIL_KEY=\${{ secrets.MAIL_KEY }}
`;

async function promoteCaller(): Promise<string> {
  const example = await readFile('examples/aethercast/.github/workflows/promote.yml', 'utf8');
  return example
    .replace(/^( +)reason: .*\n/m, '$&$1approval_environment: production-approval\n')
    .replaceAll('TDA_NEWS_API_KEY', 'MAIL_KEY');
}

async function resultsOf(run: WorldRun): Promise<Record<string, string>> {
  const { jobs } = await run.done;
  return Object.fromEntries(jobs.map((job) => [job.identity.name, job.result]));
}

/** The logs of the jobs that failed; nothing when none did. */
async function failuresOf(run: WorldRun): Promise<readonly string[]> {
  const { jobs } = await run.done;
  return jobs.filter(({ result }) => result === 'failure').map(({ lines }) => lines.join('\n'));
}

test(
  'promote.yml shows the difference, waits for one approval, and takes the same digests along',
  async () => {
    await using world = await openWorld({
      application: 'test/fixtures/shop',
      postgres: false,
      files: {
        'deploy.yaml': await productionShop(),
        '.github/workflows/deploy.yml': deployCaller,
        '.github/workflows/promote.yml': await promoteCaller(),
        '.github/workflows/bootstrap.yml': bootstrapCaller,
      },
      projects: untouched([staging, production], trusted),
      environments: { 'production-approval': { reviewers: ['lead'] } },
    });
    const { emulator } = world;
    await bootstrapped(world, 'staging', 'production');
    const first = await world.dispatch('deploy');
    expect(await failuresOf(first)).toEqual([]);
    const deployed = await resultsOf(first);
    expect(deployed['deploy / record the release']).toBe('success');

    const rejected = await world.dispatch('promote', { reason: 'too early' });
    const before = emulator.journal.length;
    await world.reject(rejected, 'production-approval');
    expect((await resultsOf(rejected))['promote / prepare']).toBe('skipped');
    expect(
      emulator.journal.slice(before).filter(({ write, path }) => write && path.includes(production)),
    ).toEqual([]);

    const start = emulator.journal.length;
    const run = await world.dispatch('promote', { reason: 'the week' });
    await world.approve(run, 'production-approval');
    expect(await failuresOf(run)).toEqual([]);
    const results = await resultsOf(run);
    expect(results).toMatchObject({
      'promote / compare': 'success',
      'promote / prepare': 'success',
      'promote / deploy web': 'success',
      'promote / deploy orders': 'success',
      'promote / record the release': 'success',
    });
    expect(builds(emulator.journal.slice(start))).toEqual([]);
    const digests = await servingDigests(emulator, staging);
    expect(Object.keys(digests)).toHaveLength(4);
    // Its own container and the sidecar, of the app and of the job.
    for (const name of ['shop-web', 'shop-web-worker']) expect(digests[name]?.split(' ')).toHaveLength(2);
    expect(await servingDigests(emulator, production)).toEqual(digests);
  },
  10 * minutes,
);
