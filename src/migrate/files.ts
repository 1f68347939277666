import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { sha256 } from './checksum.ts';
import { seedVersion } from './history.ts';

/** A migration as it stands in the repository. */
export interface MigrationFile {
  /** The leading number, as written: `001`; `seed` for the file that fills a new database. */
  readonly version: string;
  readonly name: string;
  /** Relative to the workspace, for messages. */
  readonly path: string;
  readonly sql: string;
  readonly rawChecksum: string;
}

const naming = /^(\d+)[_-].+\.sql$/i;

/**
 * The migrations of a folder in the order of their numbers. Throws MIGRATIONS_INVALID for a folder that is not there, a
 * name without a number, or a number used twice: guessing an order would apply one twice or never.
 */
export async function readMigrations(folder: string, shown: string): Promise<readonly MigrationFile[]> {
  const names = (await list(folder, shown)).filter((name) => /\.sql$/i.test(name));
  const problems = names
    .filter((name) => !naming.test(name))
    .map((name) => `${shown}/${name}: has no leading number`);
  const numbered = names.filter((name) => naming.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  for (const [index, name] of numbered.entries()) {
    const next = numbered[index + 1];
    if (next && numberOf(next) === numberOf(name))
      problems.push(`${shown}/${name} and ${next}: the same number`);
  }
  if (problems.length > 0) {
    throw new Failure('MIGRATIONS_INVALID', `The migrations in ${shown} have no clear order.`, {
      next: 'Name each file NUMBER_what-it-does.sql with a number of its own, for example 002_add_users.sql.',
      details: problems,
    });
  }
  return await Promise.all(
    numbered.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return {
        version: naming.exec(name)?.[1] ?? '',
        name,
        path: `${shown}/${name}`,
        sql,
        rawChecksum: sha256(sql),
      };
    }),
  );
}

/** The file that fills a new database. Throws MIGRATIONS_INVALID when it is not there. */
export async function readSeed(file: string, shown: string): Promise<MigrationFile> {
  const sql = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('MIGRATIONS_INVALID', `There is no ${shown}.`, {
      next: '`previews.seed` is relative to the deployment file. Check out the repository before this step.',
      cause,
    });
  });
  return { version: seedVersion, name: basename(shown), path: shown, sql, rawChecksum: sha256(sql) };
}

async function list(folder: string, shown: string): Promise<string[]> {
  return await readdir(folder).catch((cause: unknown) => {
    throw new Failure('MIGRATIONS_INVALID', `There is no folder ${shown}.`, {
      next: '`database.migrations` is relative to the deployment file. Check out the repository before this step.',
      cause,
    });
  });
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}
