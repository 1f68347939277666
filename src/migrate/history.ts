import type { Client } from 'pg';

/** A migration that was applied. */
export interface Applied {
  readonly version: string;
  readonly name: string;
  readonly raw_checksum: string;
  readonly tree_checksum: string;
}

/** Where a migration was applied from. */
export interface Origin {
  readonly commit: string;
  readonly actor: string;
  readonly run: string;
}

/** Stands for the number of the file that fills a new database, which has none. */
export const seedVersion = 'seed';

const table = 'public.aethercast_deploy_migrations';

/** What was applied; nothing when the table is not there yet. */
export async function readHistory(client: Client): Promise<readonly Applied[]> {
  if (!(await isThere(client))) return [];
  const { rows } = await client.query<Applied>(
    `select version, name, raw_checksum, tree_checksum from ${table} where version <> $1 order by applied_at, version`,
    [seedVersion],
  );
  return rows;
}

/** Whether the database was filled in its present life. */
export async function isSeeded(client: Client): Promise<boolean> {
  if (!(await isThere(client))) return false;
  const { rowCount } = await client.query(`select from ${table} where version = $1`, [seedVersion]);
  return rowCount === 1;
}

async function isThere(client: Client): Promise<boolean> {
  // Not to_regclass, which fails for a role that may not look into the schema yet.
  const known = await client.query<{ there: boolean }>(
    `select exists (select from pg_catalog.pg_tables where schemaname || '.' || tablename = $1) as there`,
    [table],
  );
  return known.rows[0]?.there ?? false;
}

export async function ensureHistory(client: Client): Promise<void> {
  await client.query(`create table if not exists ${table} (
    version text primary key,
    name text not null,
    raw_checksum text not null,
    tree_checksum text not null,
    applied_at timestamptz not null default now(),
    milliseconds integer not null,
    applied_by text not null default current_user,
    commit text not null,
    actor text not null,
    run text not null
  )`);
}

export async function record(
  client: Client,
  applied: Applied & { readonly milliseconds: number },
  origin: Origin,
): Promise<void> {
  await client.query(
    `insert into ${table} (version, name, raw_checksum, tree_checksum, milliseconds, commit, actor, run)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      applied.version,
      applied.name,
      applied.raw_checksum,
      applied.tree_checksum,
      Math.round(applied.milliseconds),
      origin.commit,
      origin.actor,
      origin.run,
    ],
  );
}
