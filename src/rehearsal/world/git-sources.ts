import { Failure } from '../../lib/failure.ts';
import type { GivenSource, Sources, WantedSource } from '../stand-ins/sources.ts';
import type { Repository } from '../workflow/repositories.ts';
import type { GitStore } from './git-store.ts';

/** Where the branches of forks lie in the store. */
export function forkRef(repository: string, branch: string): string {
  return `refs/forks/${repository.toLowerCase()}/${branch}`;
}

/** The commits of the world, as a run of one of them checks them out. */
export class GitSources implements Sources {
  readonly #store: GitStore;
  /** At the commit of the run. */
  readonly #application: Repository;
  readonly #defaultBranch: string;

  constructor(store: GitStore, application: Repository, defaultBranch: string) {
    this.#store = store;
    this.#application = application;
    this.#defaultBranch = defaultBranch;
  }

  async checkOut(wanted: WantedSource): Promise<GivenSource> {
    const { repository, depth, into } = wanted;
    const { sha, ref } = await this.#commitOf(wanted);
    const origin = `https://github.com/${repository}`;
    await this.#store.clone({ sha, ref, depth, origin, into });
    return { sha, ref, cloned: true };
  }

  async #commitOf({ repository, ref }: WantedSource): Promise<{ sha: string; ref: string }> {
    const own = repository.toLowerCase() === this.#application.name.toLowerCase();
    if (own && ref === '') return { sha: this.#application.sha, ref: this.#application.ref };
    const asked = ref === '' ? this.#defaultBranch : ref;
    const candidates = own ? inRepository(asked) : inFork(repository, asked);
    for (const candidate of candidates) {
      const sha = await this.#store.find(candidate);
      if (sha !== undefined) return { sha, ref: candidate };
    }
    throw new Failure(
      'CHECKOUT_FAILED',
      `A branch or tag with the name '${asked}' could not be found in ${repository}`,
      { next: 'A rehearsal knows the commits of its world: correct repository: or ref:.' },
    );
  }
}

function inRepository(ref: string): readonly string[] {
  if (/^[0-9a-f]{40}$/.test(ref) || ref.startsWith('refs/')) return [ref];
  return [`refs/heads/${ref}`, `refs/tags/${ref}`];
}

function inFork(repository: string, ref: string): readonly string[] {
  if (/^[0-9a-f]{40}$/.test(ref)) return [ref];
  return [forkRef(repository, ref.replace(/^refs\/heads\//, ''))];
}
