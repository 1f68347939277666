import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JobRecord, type RunRecord, runOnce } from '../../src/rehearsal/run.ts';
import { Masks } from '../../src/rehearsal/runner/masks.ts';
import { Processes } from '../../src/rehearsal/runner/processes.ts';
import { workingTree } from '../../src/rehearsal/stand-ins/working-tree.ts';
import { WorkflowLibrary } from '../../src/rehearsal/workflow/called.ts';
import type { RunEvent } from '../../src/rehearsal/workflow/events.ts';
import { dispatchInputs } from '../../src/rehearsal/workflow/inputs.ts';
import { Repositories } from '../../src/rehearsal/workflow/repositories.ts';

const fixtures = fileURLToPath(new URL('../fixtures/workflows/', import.meta.url));

export const application = {
  name: 'owner/app',
  folder: join(fixtures, 'app'),
  ref: 'refs/heads/main',
  sha: 'a'.repeat(40),
};

export const suite = {
  name: 'org/suite',
  folder: join(fixtures, 'suite'),
  ref: 'refs/heads/main',
  sha: 'b'.repeat(40),
};

export interface FixtureRun {
  readonly record: RunRecord;
  readonly events: readonly RunEvent[];
  /** Claims of every OIDC request token that was issued. */
  readonly claims: readonly Record<string, string>[];
  job(name: string): JobRecord;
}

/** Runs `.github/workflows/<name>.yml` of the fixture application. */
export async function runFixture(
  name: string,
  options: {
    readonly inputs?: Record<string, string>;
    readonly secrets?: Record<string, string>;
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: RunEvent) => void;
  } = {},
): Promise<FixtureRun> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-test-'));
  const repositories = new Repositories([application, suite]);
  const events: RunEvent[] = [];
  const claims: Record<string, string>[] = [];
  const processes = new Processes(8);
  try {
    const start = await new WorkflowLibrary(repositories).load(application, `.github/workflows/${name}.yml`);
    const record = await runOnce({
      folder,
      start,
      repositories,
      processes,
      masks: new Masks(),
      environment: { CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: 'http://127.0.0.1:1/' },
      oidc: {
        url: 'http://127.0.0.1:1/oidc?v=1',
        issueRequestToken: (job) => {
          claims.push(job);
          return 'request-token-of-the-test';
        },
      },
      facts: {
        repository: application,
        repositoryId: '1001',
        ownerId: '77',
        visibility: 'private',
        actor: 'somebody',
        actorId: '5',
        eventName: 'workflow_dispatch',
        event: { inputs: options.inputs ?? {} },
        runId: '42',
        runNumber: 1,
        runAttempt: 1,
        token: 'token-of-the-run',
        serverUrl: 'https://github.com',
        apiUrl: 'https://api.github.com',
        vars: { REGION: 'us-central1' },
        secrets: { GITHUB_TOKEN: 'token-of-the-run', ...options.secrets },
      },
      host: {
        environment: () => ({ vars: {}, secrets: {} }),
        admit: async () => undefined,
        start: () => ({ token: 'token-of-the-run', checkRun: 6, finish: () => undefined }),
      },
      sources: workingTree(application),
      inputs: dispatchInputs(start.workflow.dispatchInputs, options.inputs ?? {}, name),
      now: () => Date.now(),
      signal: options.signal ?? new AbortController().signal,
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    const job = (wanted: string): JobRecord => {
      const found = record.jobs.find((one) => one.identity.name === wanted);
      if (found === undefined) {
        throw new Error(`no job ${wanted} in ${record.jobs.map((one) => one.identity.name).join(', ')}`);
      }
      return found;
    };
    return { record, events, claims, job };
  } finally {
    processes.endAll();
    await rm(folder, { recursive: true, force: true });
  }
}
