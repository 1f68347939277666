import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Failure } from '../../lib/failure.ts';

/** A repository of GitHub as the rehearsal has it: a folder on this machine. */
export interface Repository {
  /** `OWNER/NAME`. */
  readonly name: string;
  readonly folder: string;
  /** For example `refs/heads/main`. */
  readonly ref: string;
  readonly sha: string;
}

/** Where the value of a `uses:` points. */
export type Reference =
  /** `$/path` in any `uses:`, and `./path` in the `uses:` of a job: the repository of the file that says it. */
  | { readonly kind: 'same'; readonly path: string }
  /** `./path` in the `uses:` of a step: the job's workspace. */
  | { readonly kind: 'workspace'; readonly path: string }
  | { readonly kind: 'remote'; readonly repository: string; readonly path: string; readonly ref: string }
  | { readonly kind: 'docker'; readonly image: string };

/** Reads a `uses:` value. https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepsuses */
export function parseUses(uses: string, of: 'job' | 'step'): Reference {
  if (uses.startsWith('docker://')) return { kind: 'docker', image: uses.slice('docker://'.length) };
  if (uses.startsWith('$/')) {
    if (uses.includes('@'))
      throw malformed(uses, 'a reference with "$/" has no "@ref": it means the same commit');
    return { kind: 'same', path: posix.normalize(uses.slice(2)) };
  }
  if (uses.startsWith('./')) {
    return { kind: of === 'job' ? 'same' : 'workspace', path: posix.normalize(uses.slice(2)) };
  }
  const match = /^([^/@]+)\/([^/@]+)(?:\/([^@]*))?@(.+)$/.exec(uses);
  if (match === null) throw malformed(uses, 'expected OWNER/REPOSITORY[/PATH]@REF, $/PATH or ./PATH');
  const [, owner = '', name = '', path = '', ref = ''] = match;
  return { kind: 'remote', repository: `${owner}/${name}`, path: posix.normalize(path || '.'), ref };
}

function malformed(uses: string, why: string): Failure {
  return new Failure('USES_MALFORMED', `uses: ${uses}: ${why}`, { next: 'Correct the reference.' });
}

/** The repositories that a rehearsal knows, by name; GitHub does not distinguish upper and lower case. */
export class Repositories {
  readonly #byName: ReadonlyMap<string, Repository>;

  constructor(repositories: readonly Repository[]) {
    this.#byName = new Map(repositories.map((repository) => [repository.name.toLowerCase(), repository]));
  }

  find(name: string): Repository | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The repository and path that a reference in a file of `from` means; absent when it is not on this machine. */
  locate(reference: Reference, from: Repository): { repository: Repository; path: string } | undefined {
    if (reference.kind === 'same') return { repository: from, path: reference.path };
    if (reference.kind !== 'remote') return undefined;
    const repository = this.find(reference.repository);
    if (repository === undefined) return undefined;
    // A called suite is rehearsed as it is in the working tree, whatever tag the caller names.
    return { repository: { ...repository, ref: refOf(reference.ref) }, path: reference.path };
  }
}

/** A 40-digit hexadecimal ref is a commit and stays as it is; anything else is taken for a tag. */
function refOf(ref: string): string {
  return /^[0-9a-f]{40}$/.test(ref) || ref.startsWith('refs/') ? ref : `refs/tags/${ref}`;
}

/** Throws Failure FILE_MISSING. */
export async function readRepositoryFile(repository: Repository, path: string): Promise<string> {
  try {
    return await readFile(join(repository.folder, path), 'utf8');
  } catch (cause) {
    throw new Failure('FILE_MISSING', `${path} cannot be read in ${repository.name} (${repository.folder})`, {
      next: 'Correct the reference, or create the file.',
      cause,
    });
  }
}
