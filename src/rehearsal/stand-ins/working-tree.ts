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

/** Commits that the host of the repository knows. */
export interface KnownCommits {
  /** The commit of a full ref, or the commit itself; nothing for one that nobody has heard of. */
  commitOf(ref: string): string | undefined;
}

/**
 * One repository, as it is in its folder now. There is no `.git`, since there is no commit of it: uncommitted changes are
 * what a person rehearses. Whatever the host knows (the base of a pull request, its head, another branch) has the same
 * files.
 */
export function workingTree(application: Repository, known?: KnownCommits): Sources {
  const { name, ref, sha, folder } = application;
  const commitOf = (wanted: string): string | undefined => {
    const own = ['', ref, sha, ref.replace(/^refs\/(heads|tags)\//, '')];
    if (own.includes(wanted)) return sha;
    const full = [wanted, `refs/heads/${wanted}`, `refs/tags/${wanted}`];
    return full.map((one) => known?.commitOf(one)).find((found) => found !== undefined);
  };
  return {
    checkOut: async (wanted) => {
      if (wanted.repository.toLowerCase() !== name.toLowerCase()) {
        throw new Failure(
          'CHECKOUT_UNSUPPORTED',
          `actions/checkout: repository: ${wanted.repository}: only ${name} can be checked out in this rehearsal`,
          { next: 'Check out the repository of the run.' },
        );
      }
      const found = commitOf(wanted.ref);
      if (found === undefined) {
        throw new Failure(
          'CHECKOUT_FAILED',
          `A branch, tag or commit with the name '${wanted.ref}' could not be found in ${name}`,
          {
            next: 'A rehearsal knows the commits of its event: correct ref:, or name the commit in the payload.',
          },
        );
      }
      await copyCommitted(folder, wanted.into);
      return { sha: found, ref: wanted.ref === '' || found === sha ? ref : wanted.ref, cloned: false };
    },
  };
}
