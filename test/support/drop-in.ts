import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonInputs } from '../../src/actions/common-inputs.ts';
import { dropIn } from '../../src/actions/drop-in/drop-in.ts';
import { type DropInInputs, dropInInputs } from '../../src/actions/drop-in/inputs.ts';
import { githubDeploymentInputs } from '../../src/actions/github-deployment.ts';
import {
  type Emulator,
  type JournalEntry,
  type SeedProject,
  startEmulator,
} from '../../src/emulator/emulator.ts';
import type { Host } from '../../src/github/host.ts';
import { text } from '../../src/github/inputs.ts';
import type { Outputs } from '../../src/github/run-action.ts';
import { Failure } from '../../src/lib/failure.ts';
import { deployerEmail, projectNumber, providerName } from '../../src/rehearsal/seed.ts';
import { admin, jobClaims, seedOf } from './action.ts';
import { noServer } from './estate.ts';
import { refuseUnreadFields } from './own-requests.ts';

export const project = 'acme-drop-in';
export const sample = 'us-docker.pkg.dev/cloudrun/container/hello';
export const commit = 'ABCDEF0123456789ABCDEF0123456789ABCDEF01';

export interface DropInRun {
  readonly outputs: Outputs;
  readonly failure: unknown;
  /** Everything that the log, the annotations and the summary would hold. */
  readonly said: string;
  readonly warnings: readonly string[];
  readonly writes: readonly JournalEntry[];
  readonly requests: readonly JournalEntry[];
}

export interface DropInCloud extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly workspace: string;
  /** Deploys with these inputs, as the `with:` of a step would give them. */
  deploy(inputs: Readonly<Record<string, string>>): Promise<DropInRun>;
  /** The same, and fails the test when it fails. */
  ok(inputs: Readonly<Record<string, string>>): Promise<DropInRun>;
  get<T>(path: string): Promise<T>;
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** The inputs of a step, read by their own specifications. Throws for those that are no inputs or have a problem. */
export function stepInputs(given: Readonly<Record<string, string>>): DropInInputs {
  const specs = {
    ...commonInputs,
    image: text({ description: '' }),
    ...dropInInputs,
    ...githubDeploymentInputs,
  };
  const unknown = Object.keys(given).filter((name) => !(name in specs));
  if (unknown.length > 0) throw new Error(`no such inputs: ${unknown.join(', ')}`);
  const values = Object.entries(specs).map(([name, spec]) => {
    const parsed = spec.parse(given[name] ?? ('default' in spec ? (spec.default ?? '') : ''));
    if ('problem' in parsed) throw new Failure('INPUT_INVALID', `${name} ${parsed.problem}`, { next: '' });
    return [name, parsed.value];
  });
  return Object.fromEntries(values) as DropInInputs;
}

/** A project that a repository's runs may deploy to, with what Cloud Run needs. */
export function dropInSeed(): SeedProject {
  const [seed] = seedOf(project);
  if (!seed) throw new Error('there is a seed');
  const member = `serviceAccount:${deployerEmail(project)}`;
  return {
    ...seed,
    enabledApis: [
      ...(seed.enabledApis ?? []),
      ...['run', 'secretmanager', 'cloudbuild', 'artifactregistry', 'storage', 'logging', 'sqladmin'].map(
        (api) => `${api}.googleapis.com`,
      ),
    ],
    bindings: [
      ...(seed.bindings ?? []),
      { role: 'roles/iam.serviceAccountUser', members: [member] },
      {
        role: 'roles/editor',
        members: [`serviceAccount:${projectNumber(project)}-compute@developer.gserviceaccount.com`],
      },
      {
        role: 'roles/secretmanager.secretAccessor',
        members: [`serviceAccount:${projectNumber(project)}-compute@developer.gserviceaccount.com`],
      },
    ],
  };
}

/** The project, with two versions of the secret `my-secret`, and an empty workspace. */
export async function dropInCloud(): Promise<DropInCloud> {
  const workspace = await mkdtemp(join(tmpdir(), 'aethercast-drop-in-'));
  const emulator = await startEmulator({ postgres: noServer, projects: [dropInSeed()] });
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${emulator.url}/${path}`, {
      method,
      headers: { authorization: `Bearer ${emulator.userToken(admin)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  await call('POST', `v1/projects/${project}/secrets?secretId=my-secret`, { replication: { automatic: {} } });
  for (const data of ['Zmlyc3Q=', 'c2Vjb25k'])
    await call('POST', `v1/projects/${project}/secrets/my-secret:addVersion`, { payload: { data } });
  const deploy = (inputs: Readonly<Record<string, string>>) => runHere(emulator, workspace, inputs);
  return {
    emulator,
    workspace,
    deploy,
    ok: async (inputs) => {
      const run = await deploy(inputs);
      if (run.failure) throw run.failure;
      return run;
    },
    get: (path) => call('GET', path),
    call,
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}

async function runHere(
  emulator: Emulator,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
): Promise<DropInRun> {
  const before = emulator.journal.length;
  const [lines, warnings]: [string[], string[]] = [[], []];
  const host: Host = {
    environment: { ...emulator.environment(), GITHUB_SHA: commit, AETHERCAST_TIME_SCALE: '100' },
    workspace,
    signal: new AbortController().signal,
    caller: {},
    info: (line) => void lines.push(line),
    debug: (line) => void lines.push(line),
    warning: (line) => void warnings.push(line),
    error: (line) => void lines.push(line),
    mask: () => undefined,
    summarize: (markdown) => Promise.resolve(void lines.push(markdown)),
    idToken: (audience) => idToken(emulator, audience),
  };
  let outputs: Outputs = {};
  let failure: unknown;
  try {
    const federation = {
      project_id: project,
      workload_identity_provider: providerName(project),
      service_account: deployerEmail(project),
    };
    outputs = await dropIn(stepInputs({ ...federation, ...inputs }), host);
  } catch (error) {
    failure = error;
    lines.push(
      ...(error instanceof Failure ? [error.message, error.next, ...error.details] : [String(error)]),
    );
  }
  const requests = emulator.journal.slice(before);
  refuseUnreadFields(requests);
  const said = [...lines, ...warnings, JSON.stringify(outputs)].join('\n');
  return { outputs, failure, said, warnings, requests, writes: requests.filter(({ write }) => write) };
}

async function idToken(emulator: Emulator, audience: string): Promise<string> {
  const url = `${emulator.github.oidcUrl}&audience=${encodeURIComponent(audience)}`;
  const token = emulator.github.issueRequestToken(jobClaims());
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { value: string }).value;
}
