import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { copyCommitted } from '../stand-ins/working-tree.ts';
import type { Files } from './types.ts';

/** The time of the first commit, in seconds; each later one is a minute younger, so that numbers repeat from run to run. */
const firstCommit = 1_790_000_000;

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly errors: string;
}

/**
 * The commits of a world: a bare git repository, in which the ones of forks lie too, as on GitHub. Needs git 2.38 or newer
 * on the PATH; nothing of the person's configuration is read.
 */
export class GitStore {
  readonly #folder: string;
  readonly #repository: string;
  readonly #checkedOut = new Map<string, Promise<string>>();
  #commits = 0;
  #temporary = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#repository = join(folder, 'repository.git');
  }

  /** `folder` is empty and belongs to the store alone. Throws Failure GIT_MISSING. */
  static async create(folder: string): Promise<GitStore> {
    const store = new GitStore(folder);
    await store.#git(['init', '--quiet', '--bare', '--initial-branch=main', store.#repository], {
      anywhere: true,
    });
    await store.#git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    return store;
  }

  /** A commit without parents, of the files of a folder and those laid over them. */
  async commitFolder(source: string, files: Files, message: string): Promise<string> {
    const tree = await mkdtemp(join(this.#folder, 'tree-'));
    await copyCommitted(source, tree);
    const index = this.#newIndex();
    await this.#git(['--work-tree', tree, 'add', '--all', '.'], { index, cwd: tree });
    await this.#lay(files, index);
    await rm(tree, { recursive: true, force: true });
    return await this.#commit(index, [], message);
  }

  /** A commit on top of another one. */
  async commit(parent: string, files: Files, message: string): Promise<string> {
    const index = this.#newIndex();
    await this.#git(['read-tree', parent], { index });
    await this.#lay(files, index);
    return await this.#commit(index, [parent], message);
  }

  async #lay(files: Files, index: string): Promise<void> {
    const lines: string[] = [];
    for (const [path, text] of Object.entries(files)) {
      // Mode 0 takes the path out of the index.
      const entry =
        text === null
          ? `0 ${'0'.repeat(40)}`
          : `100644 ${await this.#git(['hash-object', '-w', '--stdin'], { input: text })}`;
      lines.push(`${entry}\t${path}\n`);
    }
    await this.#git(['update-index', '--index-info'], { index, input: lines.join('') });
  }

  async #commit(index: string, parents: readonly string[], message: string): Promise<string> {
    const tree = await this.#git(['write-tree'], { index });
    await rm(index, { force: true });
    return await this.#commitTree(tree, parents, message);
  }

  async #commitTree(tree: string, parents: readonly string[], message: string): Promise<string> {
    this.#commits += 1;
    const date = `${firstCommit + this.#commits * 60} +0000`;
    const words = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message];
    return await this.#git(words, { date });
  }

  /** The commit that joins the two; absent when they are in conflict. */
  async merge(base: string, head: string, message: string): Promise<string | undefined> {
    const { code, text, errors } = await this.#run(['merge-tree', '--write-tree', base, head], {});
    if (code === 1) return undefined;
    if (code !== 0) throw failed(['merge-tree'], errors);
    return await this.#commitTree(text.split('\n')[0] ?? '', [base, head], message);
  }

  async setRef(ref: string, sha: string): Promise<void> {
    await this.#git(['update-ref', ref, sha]);
  }

  /** The commit that a ref in full, or a number, means; absent when there is none. */
  async find(ref: string): Promise<string | undefined> {
    const { code, text } = await this.#run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], {});
    return code === 0 ? text.trim() : undefined;
  }

  /** Paths that differ between the second commit and where it left the first. */
  async changed(base: string, head: string): Promise<readonly string[]> {
    const text = await this.#git(['diff', '--name-only', '-z', `${base}...${head}`]);
    return text.split('\0').filter((path) => path !== '');
  }

  /** What became of each path since the second commit left the first. Renames count as one removed and one added. */
  async difference(
    base: string,
    head: string,
  ): Promise<readonly { path: string; status: 'added' | 'modified' | 'removed' }[]> {
    const text = await this.#git(['diff', '--name-status', '--no-renames', '-z', `${base}...${head}`]);
    const words = text.split('\0');
    return words.flatMap((letter, index) => {
      const path = words[index + 1];
      if (index % 2 === 1 || !path) return [];
      return [{ path, status: letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified' }];
    });
  }

  /** A folder with the files of the commit; not to be changed. */
  async folderOf(sha: string): Promise<string> {
    const known = this.#checkedOut.get(sha) ?? this.#materialize(sha);
    this.#checkedOut.set(sha, known);
    return await known;
  }

  async #materialize(sha: string): Promise<string> {
    const folder = join(this.#folder, 'commits', sha);
    await mkdir(folder, { recursive: true });
    const index = this.#newIndex();
    await this.#git(['read-tree', sha], { index });
    await this.#git(['--work-tree', folder, 'checkout-index', '--all'], { index, cwd: folder });
    await rm(index, { force: true });
    return folder;
  }

  /**
   * A clone as `actions/checkout` makes it: that commit, so much history of it (0: all), on a branch of its own when the
   * ref is a branch, detached otherwise.
   */
  async clone(wanted: {
    sha: string;
    ref: string;
    depth: number;
    origin: string;
    into: string;
  }): Promise<void> {
    const { sha, ref, depth, origin, into } = wanted;
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    const local =
      branch === undefined ? ref.replace(/^refs\//, 'refs/remotes/') : `refs/remotes/origin/${branch}`;
    const at = { cwd: into, anywhere: true };
    await this.#git(['init', '--quiet', '--initial-branch=main'], at);
    await this.#git(['remote', 'add', 'origin', origin], at).catch(() => '');
    const fetch = ['fetch', '--quiet', '--no-tags', ...(depth === 0 ? [] : [`--depth=${depth}`])];
    const target = /^[0-9a-f]{40}$/.test(ref) ? [sha] : [`+${sha}:${local}`];
    await this.#git([...fetch, `file://${this.#repository}`, ...target], at);
    const checkOut = branch === undefined ? ['--detach', sha] : ['-B', branch, sha];
    await this.#git(['checkout', '--quiet', '--force', ...checkOut], at);
  }

  #newIndex(): string {
    this.#temporary += 1;
    return join(this.#folder, `index-${this.#temporary}`);
  }

  /** What the command prints. Throws Failure GIT_FAILED. */
  async #git(words: readonly string[], options: GitOptions = {}): Promise<string> {
    const { code, text, errors } = await this.#run(words, options);
    if (code !== 0) throw failed(words, errors);
    return text.trim();
  }

  #run(words: readonly string[], options: GitOptions): Promise<Answer> {
    const { index, date, cwd, anywhere = false, input } = options;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const child = execFile(
      'git',
      [...(anywhere ? [] : ['--git-dir', this.#repository]), ...words],
      {
        cwd: cwd ?? this.#folder,
        maxBuffer: 64 * 1024 * 1024,
        env: {
          PATH: process.env.PATH,
          HOME: this.#folder,
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_AUTHOR_NAME: 'Rehearsal',
          GIT_AUTHOR_EMAIL: 'rehearsal@users.noreply.github.com',
          GIT_COMMITTER_NAME: 'Rehearsal',
          GIT_COMMITTER_EMAIL: 'rehearsal@users.noreply.github.com',
          ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
          ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
        },
      },
      (error, text, errors) => {
        if (error === null) resolve({ code: 0, text, errors });
        else if (typeof error.code === 'number') resolve({ code: error.code, text, errors });
        else reject(missing(error));
      },
    );
    // A command that reads no input may be gone before it is closed; its exit code tells what matters.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
    return promise;
  }
}

interface GitOptions {
  readonly index?: string;
  readonly date?: string;
  readonly cwd?: string;
  /** Not about the store itself. */
  readonly anywhere?: boolean;
  readonly input?: string;
}

function failed(words: readonly string[], errors: string): Failure {
  return new Failure('GIT_FAILED', `git ${words.join(' ')}: ${errors.trim()}`, {
    next: 'Use git 2.38 or newer.',
  });
}

function missing(cause: Error): Failure {
  return new Failure('GIT_MISSING', `git could not be started: ${cause.message}`, {
    next: 'Install git: the commits of a world are real ones.',
    cause,
  });
}
