import { cp, mkdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { StandIn, StandInStep } from './stand-in.ts';

/** Folders that are no part of a commit. */
const notCommitted = new Set(['.git', 'node_modules', '.rehearsal']);

/**
 * `actions/checkout`: the files of the run's repository, as they are in the working tree. There is no `.git`, since a
 * rehearsal has no commit of it. https://github.com/actions/checkout#usage
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
    refuseOthers(step);
    const target = join(step.workspace, step.inputs.path ?? '');
    if (relative(step.workspace, target).startsWith('..')) {
      throw new Failure('CHECKOUT_FAILED', `Repository path '${target}' is not under '${step.workspace}'`, {
        next: 'Name a path inside the workspace.',
      });
    }
    const { folder, sha, ref } = step.application;
    await mkdir(target, { recursive: true });
    await cp(folder, target, {
      recursive: true,
      filter: (source) => !notCommitted.has(basename(source)) || source === folder,
    });
    step.log(`Copied ${step.application.name} from the working tree (${folder.split(sep).at(-1)})`);
    step.output('commit', sha);
    step.output('ref', ref);
  },
};

function refuseOthers(step: StandInStep): void {
  const { application, inputs } = step;
  const { repository = '', ref = '' } = inputs;
  if (repository !== '' && repository.toLowerCase() !== application.name.toLowerCase()) {
    throw refused(`repository: ${repository}: only ${application.name} can be checked out`);
  }
  const known = ['', application.ref, application.sha, application.ref.replace(/^refs\/(heads|tags)\//, '')];
  if (!known.includes(ref)) throw refused(`ref: ${ref}: only the commit of the run can be checked out`);
  for (const option of ['lfs', 'submodules']) {
    if ((inputs[option] ?? 'false') !== 'false') throw refused(`${option}: ${inputs[option]}`);
  }
  if ((inputs['sparse-checkout'] ?? '') !== '') throw refused('sparse-checkout');
}

function refused(what: string): Failure {
  return new Failure('CHECKOUT_UNSUPPORTED', `actions/checkout: ${what} is not rehearsed`, {
    next: 'Check out the repository of the run at its own commit.',
  });
}
