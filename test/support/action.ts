import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Emulator,
  type EmulatorOptions,
  type JournalEntry,
  type SeedProject,
  startEmulator,
} from '../../src/emulator/emulator.ts';
import { deployerEmail, providerName, seedProject } from '../../src/rehearsal/seed.ts';
import { refuseUnreadFields } from './own-requests.ts';

/** What a run of a bundle came to. */
export interface ActionRun {
  /** -1 for a process that was killed. */
  readonly code: number;
  /** Everything that was printed. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What reached the emulator in the meantime. */
  readonly requests: readonly JournalEntry[];
  readonly writes: readonly JournalEntry[];
}

export interface ActionRunner extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly project: string;
  /** The checkout; tests change files in it. */
  readonly workspace: string;
  run(action: string, inputs?: Record<string, string>, options?: RunOptions): Promise<ActionRun>;
}

export interface RunOptions {
  /** `inputs`: through the action's own inputs; `none`: no credentials at all. */
  readonly credentials?: 'inputs' | 'none';
  /** Numeric id of the repository that the job belongs to; 42 is the trusted one. */
  readonly repositoryId?: string;
  readonly environment?: Record<string, string>;
  /** Told of the process, for a test that ends it. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Owns the project: tests look at it, and change it by hand, as this person. */
export const admin = 'admin@example.com';

const trusted = { repositoryId: '42', ownerId: '7' };
const commit = 'a'.repeat(40);

/** The claims of a job of the trusted repository. */
export function jobClaims(repositoryId = trusted.repositoryId) {
  return {
    repository: 'acme/shop',
    repository_id: repositoryId,
    repository_owner: 'acme',
    repository_owner_id: trusted.ownerId,
    ref: 'refs/heads/main',
    sha: commit,
    event_name: 'push',
    environment: 'staging',
    job_workflow_ref: 'org/aethercast-deploy/.github/workflows/deploy.yml@refs/tags/v1',
    run_id: '1',
    runner_environment: 'github-hosted',
  };
}

/** A project that trusts the repository, with an owner for the tests. */
export function seedOf(project: string): readonly SeedProject[] {
  const seed = seedProject(project, trusted);
  const owner = { role: 'roles/owner', members: [`user:${admin}`] };
  return [{ ...seed, bindings: [...(seed.bindings ?? []), owner] }];
}

/** Runs committed bundles as a runner would, on a copy of `folder`, against an emulator of their own. */
export async function actionRunner(
  folder: string,
  project: string,
  options: Partial<EmulatorOptions> = {},
): Promise<ActionRunner> {
  const temporary = await mkdtemp(join(tmpdir(), 'aethercast-test-'));
  const workspace = join(temporary, 'workspace');
  await cp(resolve(folder), workspace, { recursive: true });
  const emulator = await startEmulator({
    postgres: false,
    projects: seedOf(project),
    ...options,
  });
  return {
    emulator,
    project,
    workspace,
    run: (action, inputs = {}, runOptions = {}) =>
      runBundle({ emulator, project, workspace, temporary }, action, inputs, runOptions),
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** Calls Google's API as the project's owner would with curl. */
export async function asAdmin<T>(
  { emulator }: ActionRunner,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${emulator.url}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${emulator.userToken(admin)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

/** The value of a secret's newest version. */
export async function secretValue(
  runner: ActionRunner,
  secret: string,
): Promise<{ readonly number: string; readonly value: string }> {
  const { name, payload } = await asAdmin<{ name: string; payload: { data: string } }>(
    runner,
    'GET',
    `v1/projects/${runner.project}/secrets/${secret}/versions/latest:access`,
  );
  return {
    number: name.split('/').at(-1) ?? '',
    value: Buffer.from(payload.data, 'base64').toString('utf8'),
  };
}

/** Replaces text in a file of the checkout; fails when it is not there. */
export async function edit(runner: ActionRunner, file: string, from: string, to: string): Promise<void> {
  const path = join(runner.workspace, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
  await writeFile(path, text.replace(from, to));
}

interface Place {
  readonly emulator: Emulator;
  readonly project: string;
  readonly workspace: string;
  readonly temporary: string;
}

async function runBundle(
  place: Place,
  action: string,
  inputs: Record<string, string>,
  options: RunOptions,
): Promise<ActionRun> {
  const { emulator, project, workspace, temporary } = place;
  const [output, summary] = [join(temporary, 'output'), join(temporary, 'summary')];
  await Promise.all([writeFile(output, ''), writeFile(summary, '')]);
  const before = emulator.journal.length;
  const credentials: Record<string, string> =
    options.credentials === 'none'
      ? {}
      : { workload_identity_provider: providerName(project), service_account: deployerEmail(project) };
  const environment = {
    PATH: process.env.PATH ?? '',
    ...emulator.environment(),
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_SHA: commit,
    GITHUB_RUN_ID: '1',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SERVER_URL: 'https://github.com',
    ACTIONS_ID_TOKEN_REQUEST_URL: emulator.github.oidcUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: emulator.github.issueRequestToken(jobClaims(options.repositoryId)),
    ...options.environment,
    ...inputVariables({ ...credentials, ...inputs }),
  };
  const bundle = resolve('actions', action, 'dist', 'index.js');
  const { code, log } = await execute(bundle, environment, options.onStart);
  const requests = emulator.journal.slice(before);
  refuseUnreadFields(requests);
  return {
    code,
    log,
    outputs: parseOutputs(await readFile(output, 'utf8')),
    summary: await readFile(summary, 'utf8'),
    requests,
    writes: requests.filter(({ write }) => write),
  };
}

function inputVariables(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

function execute(
  file: string,
  environment: Record<string, string>,
  onStart?: (child: ChildProcess) => void,
): Promise<{ code: number; log: string }> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [file], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    onStart?.(child);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', failed);
    child.on('close', (code) => done({ code: code ?? -1, log: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Reads `name<<delimiter`, the form that the toolkit writes. */
function parseOutputs(text: string): Record<string, string> {
  const found = text.matchAll(/^(\S+?)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map(([, name = '', , value = '']) => [name, value]));
}
