import { describe, expect, test } from 'vitest';
import { type ActionRun, type ActionRunner, actionRunner, type RunOptions } from '../support/action.ts';
import { dropInSeed, project, sample } from '../support/drop-in.ts';
import { noServer } from '../support/estate.ts';

/** What the runs of test/support/action.ts say of themselves. */
const repository = 'acme/shop';
const commit = 'a'.repeat(40);

interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly production_environment: boolean;
}

interface Status {
  readonly state: string;
  readonly description: string;
  readonly environment_url: string;
  readonly log_url: string;
}

interface Stage extends AsyncDisposable {
  readonly runner: ActionRunner;
  deploy(inputs?: Record<string, string>, options?: RunOptions): Promise<ActionRun>;
  /** The records with their states, the newest first. */
  records(): Promise<readonly (Deployment & { readonly statuses: readonly Status[] })[]>;
}

async function stage(
  permissions: Record<string, 'read' | 'write'> = { deployments: 'write' },
  open: () => Promise<ActionRunner> = () =>
    actionRunner('test/fixtures/deploy-cloudrun', project, { postgres: noServer, projects: [dropInSeed()] }),
): Promise<Stage> {
  const runner = await open();
  const { github } = runner.emulator;
  const planted = github.plant({ fullName: repository, id: 42, ownerId: 7, visibility: 'private' });
  planted.addCommit({ sha: commit, parents: [], message: 'First' });
  planted.setRef('refs/heads/main', commit);
  const token = github.issueToken({ kind: 'job', repository, permissions });
  const reader = github.issueToken({ kind: 'job', repository, permissions: { deployments: 'read' } });
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${github.apiUrl}/repos/${repository}/deployments${path}`, {
      headers: { authorization: `Bearer ${reader}` },
    });
    return (await response.json()) as T;
  };
  return {
    runner,
    deploy: (inputs = {}, options = {}) =>
      runner.run(
        'deploy-service',
        { github_deployment: 'true', github_token: token, ...inputs },
        { ...options, environment: { GITHUB_API_URL: github.apiUrl, AETHERCAST_TIME_SCALE: '100' } },
      ),
    records: async () => {
      const found = await get<Deployment[]>('');
      return await Promise.all(
        found.map(async (one) => ({ ...one, statuses: await get<Status[]>(`/${one.id}/statuses`) })),
      );
    },
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

const web = { project_id: project, service: 'web', image: sample };

describe('a deployment that GitHub is told of', () => {
  test('is queued, in progress, and a success with the URL', async () => {
    await using here = await stage();
    const run = await here.deploy(web);
    expect(run, run.log).toMatchObject({ code: 0 });
    const [record, ...others] = await here.records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      sha: commit,
      task: 'deploy:web',
      environment: 'production',
      production_environment: true,
      payload: { service: 'web', image: sample, run: `https://github.com/${repository}/actions/runs/1` },
    });
    expect(record?.statuses.map(({ state }) => state)).toEqual(['success', 'in_progress', 'queued']);
    expect(record?.statuses[0]).toMatchObject({
      environment_url: run.outputs.url,
      log_url: `https://github.com/${repository}/actions/runs/1`,
      description: `${run.outputs.revision} ${sample}`,
    });
  });

  test('of an environment keeps the state of the one before, which may be of another service', async () => {
    await using here = await stage();
    await here.deploy({ ...web, github_environment: 'staging' });
    await here.deploy({ ...web, service: 'api', github_environment: 'staging' });
    const records = await here.records();
    expect(records.map(({ task, statuses }) => [task, statuses[0]?.state])).toEqual([
      ['deploy:api', 'success'],
      ['deploy:web', 'success'],
    ]);
    expect(records[0]).toMatchObject({ environment: 'staging', production_environment: false });
  });

  test('and that fails is a failure, with its first words', async () => {
    await using here = await stage();
    const image = `us-central1-docker.pkg.dev/${project}/apps/web:broken`;
    const run = await here.deploy({ ...web, image });
    expect(run.code).toBe(1);
    const [record] = await here.records();
    expect(record?.statuses.map(({ state }) => state)).toEqual(['failure', 'in_progress', 'queued']);
    expect(record?.statuses[0]?.description).toMatch(/^REVISION_FAILED: Revision web-/);
    expect(record?.statuses[0]?.description.length).toBeLessThanOrEqual(140);
  });

  test('and that is interrupted is an error', async () => {
    await using here = await stage();
    here.runner.emulator.faults.add({ method: 'POST', path: /\/services$/, stall: 20_000 });
    const { journal } = here.runner.emulator;
    const run = await here.deploy(web, {
      onStart: (child) => {
        const watch = setInterval(() => {
          if (!journal.some(({ path }) => path.includes('/services/web'))) return;
          clearInterval(watch);
          child.kill('SIGTERM');
        }, 20);
        child.on('close', () => clearInterval(watch));
      },
    });
    expect(run.code).toBe(1);
    expect(run.log).toContain('INTERRUPTED');
    const [record] = await here.records();
    expect(record?.statuses[0]).toMatchObject({ state: 'error', description: 'The run was interrupted.' });
  });

  test('without the permission is not begun, and the permission is named', async () => {
    await using here = await stage({ contents: 'read' });
    const run = await here.deploy(web);
    expect(run.code).toBe(1);
    expect(run.log).toContain('GITHUB_REFUSED');
    expect(run.log).toContain('deployments: write');
    expect(run.writes.filter(({ path }) => path.includes('/services'))).toEqual([]);
  });

  test('whose last state does not arrive is a deployment all the same, with a warning', async () => {
    await using here = await stage();
    here.runner.emulator.faults.add({
      method: 'POST',
      path: /\/deployments\/\d+\/statuses/,
      nth: 3,
      status: 422,
    });
    const run = await here.deploy(web);
    expect(run, run.log).toMatchObject({ code: 0 });
    expect(run.log).toContain('::warning::The record of this deployment on GitHub stays as it was');
    expect((await here.records())[0]?.statuses[0]?.state).toBe('in_progress');
  });

  test('is none in a dry run, and none when nobody asks', async () => {
    await using here = await stage();
    await here.deploy({ ...web, dry_run: 'true' });
    await here.deploy({ ...web, github_deployment: 'false' });
    expect(await here.records()).toEqual([]);
  });

  test('from a file carries the image by digest and the environment of the file', async () => {
    await using here = await stage({ deployments: 'write' }, () =>
      actionRunner('test/fixtures/shop', 'shop-staging', { postgres: noServer }),
    );
    const { runner } = here;
    const secret_env = 'MAIL_KEY=mail-key-0123456789';
    expect((await runner.run('provision', { secret_env })).code).toBe(0);
    expect((await runner.run('build', { service: 'web' })).code).toBe(0);
    const run = await here.deploy({ service: 'web' });
    expect(run, run.log).toMatchObject({ code: 0 });
    const [record] = await here.records();
    expect(record).toMatchObject({
      environment: 'staging',
      payload: { service: 'web', image: run.outputs.image },
    });
    expect(record?.payload.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(record?.statuses.map(({ state }) => state)).toEqual(['success', 'in_progress', 'queued']);
    expect(record?.statuses[0]).toMatchObject({ state: 'success', environment_url: run.outputs.url });
  });
});
