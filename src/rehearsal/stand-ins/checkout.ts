import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../lib/failure.ts';
import type { StandIn, StandInStep } from './stand-in.ts';

/** Where the action leaves the token for later git commands. */
const headerKey = 'http.https://github.com/.extraheader';

/**
 * `actions/checkout`: the files of a repository at a commit, in the workspace.
 * https://github.com/actions/checkout#usage
 */
export const checkout: StandIn = {
  inputs: {
    repository: { required: false },
    ref: { required: false },
    token: { required: false },
    path: { required: false },
    clean: { required: false, default: 'true' },
    'fetch-depth': { required: false, default: '1' },
    'fetch-tags': { required: false, default: 'false' },
    'persist-credentials': { required: false, default: 'true' },
    'show-progress': { required: false, default: 'true' },
    lfs: { required: false, default: 'false' },
    submodules: { required: false, default: 'false' },
    'sparse-checkout': { required: false },
  },
  run: async (step) => {
    refuseUnsupported(step);
    const into = join(step.workspace, step.inputs.path ?? '');
    if (relative(step.workspace, into).startsWith('..')) {
      throw failed(
        `Repository path '${into}' is not under '${step.workspace}'`,
        'Name a path inside the workspace.',
      );
    }
    const depth = Number(step.inputs['fetch-depth'] ?? '1');
    if (!Number.isInteger(depth) || depth < 0) {
      throw failed(
        `fetch-depth: ${step.inputs['fetch-depth']} is no number of commits`,
        'Write 0 for all of them.',
      );
    }
    const repository = step.inputs.repository || step.application.name;
    const own = repository.toLowerCase() === step.application.name.toLowerCase();
    // The repository of the run is private to its token; others are there for everybody.
    if (own && !step.mayReadContents) {
      throw failed(
        `remote: Repository not found. fatal: repository 'https://github.com/${repository}/' not found`,
        'Give the job `permissions: contents: read`.',
      );
    }
    await mkdir(into, { recursive: true });
    if (step.inputs.clean === 'true') await empty(into, step.inputs.path ?? '');
    const given = await step.sources.checkOut({ repository, ref: step.inputs.ref ?? '', depth, into });
    step.log(`Checked out ${repository} at ${given.sha} (${given.ref})`);
    if (given.cloned && step.inputs['persist-credentials'] === 'true') await persist(step, into);
    step.output('commit', given.sha);
    step.output('ref', given.ref);
  },
};

/** The workspace is the runner's own: what an earlier step has left in it goes. */
async function empty(into: string, path: string): Promise<void> {
  if (path !== '') return;
  for (const entry of await readdir(into)) await rm(join(into, entry), { recursive: true, force: true });
}

/** The token stays in the configuration of the clone until the job ends, for whoever runs git or reads the file. */
async function persist(step: StandInStep, folder: string): Promise<void> {
  const token = step.inputs.token || step.token;
  const value = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  step.mask(Buffer.from(`x-access-token:${token}`).toString('base64'));
  await git(folder, 'config', '--local', headerKey, value);
  step.post(async () => {
    await git(folder, 'config', '--local', '--unset-all', headerKey).catch(() => undefined);
  });
}

async function git(folder: string, ...words: readonly string[]): Promise<void> {
  await promisify(execFile)('git', ['-C', folder, ...words]);
}

function refuseUnsupported({ inputs }: StandInStep): void {
  for (const option of ['lfs', 'submodules']) {
    if ((inputs[option] ?? 'false') !== 'false') throw unsupported(`${option}: ${inputs[option]}`);
  }
  if ((inputs['sparse-checkout'] ?? '') !== '') throw unsupported('sparse-checkout');
}

function failed(message: string, next: string): Failure {
  return new Failure('CHECKOUT_FAILED', message, { next });
}

function unsupported(what: string): Failure {
  return new Failure('CHECKOUT_UNSUPPORTED', `actions/checkout: ${what} is not rehearsed`, {
    next: 'Leave the input out of what is rehearsed.',
  });
}
