import type { Client } from 'pg';
import type { MigrationFile } from './files.ts';
import type { Applied } from './history.ts';
import { parseMigration } from './statements.ts';

/**
 * The database of a preview holds nothing that anybody would miss, while its pull request may still change what it
 * applied: then the database is emptied and begun anew. No other database is ever looked at in this way.
 */

/** Why what was applied is no beginning of these files any more; `undefined` when it is one. */
export async function outgrown(
  files: readonly MigrationFile[],
  history: readonly Applied[],
): Promise<string | undefined> {
  const byNumber = new Map(files.map((file) => [Number(file.version), file]));
  for (const row of history) {
    const file = byNumber.get(Number(row.version));
    if (file === undefined) return `${row.name}, which was applied, is gone`;
    if (file.rawChecksum === row.raw_checksum) continue;
    const { checksum } = await parseMigration(file);
    if (checksum !== row.tree_checksum) return `${row.name} was changed since it was applied`;
  }
  const applied = new Set(history.map(({ version }) => Number(version)));
  const newest = Math.max(-1, ...applied);
  const late = files.find(({ version }) => Number(version) < newest && !applied.has(Number(version)));
  return late && `${late.name} came in before number ${newest}, which was applied`;
}

/**
 * Takes away all that the role owns in the database: with a role of its own, that is everything that was made in it.
 * Not DROP DATABASE, which waits for everybody to leave. https://www.postgresql.org/docs/current/sql-drop-owned.html
 */
export async function emptyDatabase(client: Client, database: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  if (rows[0]?.name !== database) throw new Error(`connected to ${rows[0]?.name}, not to ${database}`);
  await client.query('drop owned by current_user cascade');
}
