import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type JobRecord, type RunRecord, runOnce } from '../../src/rehearsal/run.ts';
import { Masks } from '../../src/rehearsal/runner/masks.ts';
import { Processes } from '../../src/rehearsal/runner/processes.ts';
import { deployerEmail, providerName } from '../../src/rehearsal/seed.ts';
import { workingTree } from '../../src/rehearsal/stand-ins/working-tree.ts';
import { WorkflowLibrary } from '../../src/rehearsal/workflow/called.ts';
import { Repositories } from '../../src/rehearsal/workflow/repositories.ts';
import { dropInSeed, project } from './drop-in.ts';
import { noServer } from './estate.ts';

/** A repository whose workflows deploy with deploy-cloudrun. */
const fixture = 'test/fixtures/deploy-cloudrun';
const theirs = 'uses: google-github-actions/deploy-cloudrun@v3';
const ours = 'uses: org/aethercast-deploy/actions/deploy-service@v1';

export const commit = 'c'.repeat(40);

export interface WorkflowRun extends RunRecord {
  /** The job of that name. Throws when there is none. */
  job(name: string): JobRecord;
}

export interface PeerRepository extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly folder: string;
  /** Runs `.github/workflows/<name>.yml` with the bundle, two jobs at a time. */
  run(name: string): Promise<WorkflowRun>;
}

/** The repository with the `uses:` line of its workflows changed and nothing else, and a project to deploy to. */
export async function peerRepository(): Promise<PeerRepository> {
  const temporary = await mkdtemp(join(tmpdir(), 'aethercast-peer-'));
  const folder = join(temporary, 'repository');
  await cp(resolve(fixture), folder, { recursive: true });
  await changeUses(join(folder, '.github', 'workflows'));
  const emulator = await startEmulator({ postgres: noServer, projects: [dropInSeed()] });
  let runs = 0;
  return {
    emulator,
    folder,
    run: async (name) => {
      const record = await runWorkflow({ emulator, folder, temporary, name, number: ++runs });
      return { ...record, job: (wanted) => jobOf(record, wanted) };
    },
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

async function changeUses(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!text.includes(theirs)) throw new Error(`${file} does not use deploy-cloudrun`);
    await writeFile(join(folder, file), text.replaceAll(theirs, ours));
  }
}

async function runWorkflow(run: {
  emulator: Emulator;
  folder: string;
  temporary: string;
  name: string;
  number: number;
}): Promise<RunRecord> {
  const { emulator } = run;
  const application = { name: 'acme/shop', folder: run.folder, ref: 'refs/heads/main', sha: commit };
  const suite = { name: 'org/aethercast-deploy', folder: resolve('.'), ref: 'refs/tags/v1', sha: commit };
  const repositories = new Repositories([application, suite]);
  const start = await new WorkflowLibrary(repositories).load(
    application,
    `.github/workflows/${run.name}.yml`,
  );
  const processes = new Processes(2);
  try {
    return await runOnce({
      folder: await mkdtemp(join(run.temporary, `run-${run.number}-`)),
      start,
      repositories,
      processes,
      masks: new Masks(),
      host: {
        environment: () => ({ vars: {}, secrets: {} }),
        admit: async () => undefined,
        start: () => ({ token: 'token-of-the-run', checkRun: 1, finish: () => undefined }),
      },
      sources: workingTree(application),
      environment: emulator.environment(),
      googleOrigin: emulator.url,
      oidc: {
        url: emulator.github.oidcUrl,
        issueRequestToken: (claims) =>
          emulator.github.issueRequestToken({ ...claims, repository: claims.repository ?? '' }),
      },
      facts: {
        repository: application,
        repositoryId: '42',
        ownerId: '7',
        visibility: 'private',
        actor: 'somebody',
        actorId: '5',
        eventName: 'workflow_dispatch',
        event: {},
        runId: String(run.number),
        runNumber: run.number,
        runAttempt: 1,
        token: 'token-of-the-run',
        serverUrl: 'https://github.com',
        apiUrl: 'https://api.github.com',
        vars: {
          WIF_PROVIDER_NAME: providerName(project),
          SERVICE_ACCOUNT_EMAIL: deployerEmail(project),
          PROJECT_ID: project,
          SECRET_NAME: 'my-secret',
        },
        secrets: { GITHUB_TOKEN: 'token-of-the-run' },
      },
      inputs: {},
      now: () => Date.now(),
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
  } finally {
    processes.endAll();
  }
}

function jobOf(record: RunRecord, wanted: string): JobRecord {
  const found = record.jobs.find(({ identity }) => identity.name === wanted);
  if (found) return found;
  throw new Error(`no job ${wanted} in ${record.jobs.map(({ identity }) => identity.name).join(', ')}`);
}
