import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Pool } from '../engine/pool.ts';
import { dockerignore } from './dockerignore.ts';
import { isMissing } from './missing.ts';

/** A file of a build context. Paths are relative to the context, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly executable: boolean;
  /** Of a link: where it points. */
  readonly target?: string;
  /** Lower-case hex of the content, or of the link's target. */
  readonly sha256: string;
  readonly size: number;
  /** Where it lies on this machine. */
  readonly absolute: string;
  /** Whether the ignore file names it in a `!pattern`: somebody wants this very file in the image. */
  readonly takenBack: boolean;
}

/** Files that google-github-actions/auth leaves in the workspace: they can mint credentials and never leave the runner. */
const alwaysIgnored = ['**/gha-creds-*.json', '**/.git'];

/** Files that are read at once: of a context with a hundred thousand, all would be more than a process may open. */
const readsAtOnce = 64;

/**
 * The files of a context in byte order of their paths, without what the ignore file takes out. As with Docker,
 * `<Dockerfile>.dockerignore` beside the Dockerfile wins over `.dockerignore` at the root of the context.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export async function readSourceTree(context: string, dockerfile: string): Promise<readonly SourceFile[]> {
  const patterns = await ignorePatterns(context, dockerfile);
  const ignore = dockerignore({ ignorecase: false }).add([...patterns, ...alwaysIgnored]);
  const paths = await walk(context, '', (path) => ignore.ignores(path));
  const exceptions = exceptionsOf(patterns);
  const pool = new Pool(readsAtOnce);
  const files = await Promise.all(
    paths.map((path) =>
      pool.run(async () => ({
        ...(await readOne(context, path)),
        takenBack: exceptions.some((pattern) => posix.matchesGlob(path, pattern)),
      })),
    ),
  );
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function ignorePatterns(context: string, dockerfile: string): Promise<string[]> {
  for (const path of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const text = await readFile(path, 'utf8').catch(absentIfMissing);
    if (text !== undefined) return text.split(/\r?\n/);
  }
  return [];
}

/** The `!patterns` that name files. One that takes back all of a folder (`!app`, `!app/**`) names none of them. */
function exceptionsOf(patterns: readonly string[]): string[] {
  return patterns
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern.startsWith('!') && /[^*/]/.test(posix.basename(pattern)))
    .map((pattern) => posix.normalize(pattern.slice(1).trim()).replace(/^\/+/, ''));
}

/** Folders are walked even when ignored: a later `!pattern` may take a file in them back in. */
async function walk(context: string, folder: string, ignored: (path: string) => boolean): Promise<string[]> {
  const entries = await readdir(join(context, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === '.git' ? [] : walk(context, path, ignored);
      return ignored(path) ? [] : [path];
    }),
  );
  return found.flat();
}

async function readOne(context: string, path: string): Promise<Omit<SourceFile, 'takenBack'>> {
  const absolute = join(context, path);
  const stat = await lstat(absolute);
  if (stat.isSymbolicLink()) {
    const target = await readlink(absolute);
    return { path, kind: 'link', executable: false, target, sha256: sha256(target), size: 0, absolute };
  }
  const content = await readFile(absolute);
  const executable = (stat.mode & 0o111) !== 0;
  return { path, kind: 'file', executable, sha256: sha256(content), size: content.length, absolute };
}

function absentIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
