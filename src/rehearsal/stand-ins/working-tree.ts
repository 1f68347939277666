import { cp, mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { Repository } from '../workflow/repositories.ts';
import type { Sources } from './sources.ts';

/** Folders that are no part of a commit. */
export const notCommitted: ReadonlySet<string> = new Set(['.git', 'node_modules', '.rehearsal']);

/** Copies the files of a folder that are part of a commit. */
export async function copyCommitted(folder: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  await cp(folder, into, {
    recursive: true,
    filter: (source) => !notCommitted.has(basename(source)) || source === folder,
  });
}

/**
 * One repository, as it is in its folder now. There is no `.git`, since there is no commit of it: uncommitted changes are
 * what a person rehearses.
 */
export function workingTree(application: Repository): Sources {
  const { name, ref, sha, folder } = application;
  const known = ['', ref, sha, ref.replace(/^refs\/(heads|tags)\//, '')];
  return {
    checkOut: async (wanted) => {
      if (wanted.repository.toLowerCase() !== name.toLowerCase()) {
        throw refused(`repository: ${wanted.repository}: only ${name} can be checked out`);
      }
      if (!known.includes(wanted.ref)) {
        throw refused(`ref: ${wanted.ref}: only the commit of the run can be checked out`);
      }
      await copyCommitted(folder, wanted.into);
      return { sha, ref, cloned: false };
    },
  };
}

function refused(what: string): Failure {
  return new Failure('CHECKOUT_UNSUPPORTED', `actions/checkout: ${what} is not rehearsed`, {
    next: 'Check out the repository of the run at its own commit.',
  });
}
