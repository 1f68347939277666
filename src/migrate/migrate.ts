import pg, { type Client } from 'pg';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { MigrationFile } from './files.ts';
import { type Applied, ensureHistory, isSeeded, type Origin, readHistory, record } from './history.ts';
import { withLock } from './lock.ts';
import { emptyDatabase, outgrown } from './rebuild.ts';
import { type ParsedMigration, parseMigration, type Statement } from './statements.ts';

export interface MigrateOptions {
  readonly files: readonly MigrationFile[];
  readonly role: string;
  readonly origin: Origin;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  readonly say: (line: string) => void;
  readonly warn: (message: string, file: string) => void;
  /** Name of a preview's database, which is emptied and begun anew when its history is not that of the files. */
  readonly rebuild?: string;
  /** Applied once, after all the others, in each life of the database. */
  readonly seed?: MigrationFile;
}

export interface Migrated {
  readonly applied: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly pending: readonly string[];
}

/** Brings the database to the newest migration: each file once, in order, under a lock, its history row with it. */
export async function migrate(client: Client, options: MigrateOptions): Promise<Migrated> {
  return await withLock(client, options.clock, options.signal, async () => {
    const found = await readHistory(client);
    const reason = options.rebuild === undefined ? undefined : await outgrown(options.files, found);
    const history = reason === undefined ? found : [];
    const pending = [
      ...(await pendingOf(options, history)),
      ...(await pendingSeed(options, reason === undefined && (await isSeeded(client)))),
    ];
    if (options.dryRun || pending.length === 0)
      return { applied: [], pending: pending.map(({ file }) => file.name) };
    if (reason !== undefined && options.rebuild !== undefined) {
      options.say(`${reason}: emptying ${options.rebuild} and beginning anew`);
      await emptyDatabase(client, options.rebuild);
    }
    await ensureRights(client, options);
    await ensureHistory(client);
    const applied: { name: string; milliseconds: number }[] = [];
    for (const one of pending) {
      options.signal.throwIfAborted();
      const milliseconds = await apply(client, one, options);
      options.say(`applied ${one.file.name} (${Math.round(milliseconds)} ms)`);
      applied.push({ name: one.file.name, milliseconds });
    }
    return { applied, pending: [] };
  });
}

/** Files that the history does not have, by name, in their order; only reads, and holds no lock. */
export async function unapplied(client: Client, files: readonly MigrationFile[]): Promise<readonly string[]> {
  const done = new Set((await readHistory(client)).map(({ version }) => Number(version)));
  return files.filter(({ version }) => !done.has(Number(version))).map(({ name }) => name);
}

interface Pending {
  readonly file: MigrationFile;
  readonly parsed: ParsedMigration;
}

/** All files are parsed before the first is applied: a mistake in the third must not leave two done. */
async function pendingOf(options: MigrateOptions, history: readonly Applied[]): Promise<Pending[]> {
  const done = new Map(history.map((row) => [Number(row.version), row]));
  const newest = Math.max(-1, ...done.keys());
  const pending: Pending[] = [];
  for (const file of options.files) {
    const row = done.get(Number(file.version));
    if (row) {
      await requireSame(file, row, options);
      continue;
    }
    if (Number(file.version) < newest) throw outOfOrder(file, newest);
    pending.push({ file, parsed: await parseMigration(file) });
  }
  return pending;
}

async function pendingSeed({ seed }: MigrateOptions, seeded: boolean): Promise<Pending[]> {
  return seed === undefined || seeded ? [] : [{ file: seed, parsed: await parseMigration(seed) }];
}

/** A new comment or another line ending is no other migration: then the trees are the same. */
async function requireSame(file: MigrationFile, row: Applied, options: MigrateOptions): Promise<void> {
  if (file.rawChecksum === row.raw_checksum) return;
  const { checksum } = await parseMigration(file);
  if (checksum === row.tree_checksum) {
    options.warn(
      `${file.name} was changed in its layout or comments since it was applied; its SQL is the same.`,
      file.path,
    );
    return;
  }
  throw new Failure('MIGRATION_CHANGED', `${file.path} was changed after it had been applied.`, {
    next: 'Put it back as it was, and make the change in a new file with the next number.',
  });
}

function outOfOrder(file: MigrationFile, newest: number): Failure {
  return new Failure(
    'MIGRATION_OUT_OF_ORDER',
    `${file.path} comes before number ${newest}, which is applied already.`,
    {
      next: 'Give it the next number: it came in from a branch that another one overtook.',
    },
  );
}

/** Since PostgreSQL 15 nobody but the database's owner may create in `public`. https://www.postgresql.org/docs/15/release-15.html */
async function ensureRights(client: Client, { role, say }: MigrateOptions): Promise<void> {
  if (await mayCreate(client, role)) return;
  const refusal = await client
    .query(`grant usage, create on schema public to ${client.escapeIdentifier(role)}`)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  // Asked again, since a grant without the right to give it may be no more than a warning.
  if (!(await mayCreate(client, role))) throw notOwner(role, refusal);
  say(`granted ${role} the right to create in schema public`);
}

async function mayCreate(client: Client, role: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select has_schema_privilege($1, 'public', 'create') and has_schema_privilege($1, 'public', 'usage') as may`,
    [role],
  );
  return rows[0]?.may ?? false;
}

function notOwner(role: string, cause: unknown): Failure {
  return new Failure(
    'SCHEMA_NOT_OWNED',
    `${role} may not create in schema public and cannot give itself the right.`,
    {
      next: `The role or the database was not made through the Admin API, as provision makes them. As the owner of the database: GRANT USAGE, CREATE ON SCHEMA public TO "${role}";`,
      cause,
    },
  );
}

/** SQLSTATEs that pass: somebody else holds a lock, or two transactions wait for each other. */
const passing = new Set(['55P03', '40P01']);
const attempts = 5;

async function apply(client: Client, one: Pending, options: MigrateOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const started = performance.now();
    try {
      await applyOnce(client, one, options, () => performance.now() - started);
      return performance.now() - started;
    } catch (error) {
      const mayPass = error instanceof StatementFailed && passing.has(error.sqlstate) && attempt < attempts;
      if (!mayPass) throw error instanceof StatementFailed ? failed(one.file, error) : error;
      options.say(
        `${one.file.name}:${error.statement.line} waits for a lock (${error.message}); trying again`,
      );
      await options.clock.sleep(attempt * 1_000, options.signal);
    }
  }
}

async function applyOnce(
  client: Client,
  { file, parsed }: Pending,
  { origin }: MigrateOptions,
  elapsed: () => number,
): Promise<void> {
  const row = () => ({
    version: file.version,
    name: file.name,
    raw_checksum: file.rawChecksum,
    tree_checksum: parsed.checksum,
    milliseconds: elapsed(),
  });
  const [only] = parsed.statements;
  if (only?.outside) {
    await runOutside(client, only);
    await record(client, row(), origin);
    return;
  }
  await client.query('begin');
  try {
    for (const statement of parsed.statements) await run(client, statement);
    await record(client, row(), origin);
    await client.query('commit');
  } catch (error) {
    // On a connection that broke it fails too, and must not hide why.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * An index whose concurrent building failed stays behind as INVALID, and IF NOT EXISTS would take it for done.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 */
async function runOutside(client: Client, statement: Statement): Promise<void> {
  const index = statement.concurrentIndex && indexName(client, statement.concurrentIndex);
  const before = index && (await validity(client, index));
  // Built by a run that died before it could write its history row: there is nothing left to do.
  if (before === true) return;
  if (before === false) await client.query(`drop index concurrently ${index}`);
  await run(client, statement);
  if (index && (await validity(client, index)) === false) {
    throw new StatementFailed(statement, '', `index ${index} was left invalid`);
  }
}

function indexName(client: Client, index: NonNullable<Statement['concurrentIndex']>): string {
  const parts = index.schema === undefined ? [index.name] : [index.schema, index.name];
  return parts.map((part) => client.escapeIdentifier(part)).join('.');
}

async function validity(client: Client, index: string): Promise<boolean | undefined> {
  const { rows } = await client.query<{ indisvalid: boolean }>(
    'select indisvalid from pg_index where indexrelid = to_regclass($1)',
    [index],
  );
  return rows[0]?.indisvalid;
}

class StatementFailed extends Error {
  readonly statement: Statement;
  readonly sqlstate: string;

  constructor(statement: Statement, sqlstate: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.statement = statement;
    this.sqlstate = sqlstate;
  }
}

async function run(client: Client, statement: Statement): Promise<void> {
  try {
    await client.query(statement.sql);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const hint = error.hint ? ` (${error.hint})` : '';
    throw new StatementFailed(statement, error.code ?? '', `${error.message}${hint}`, error);
  }
}

function failed(file: MigrationFile, error: StatementFailed): Failure {
  const sqlstate = error.sqlstate ? ` [${error.sqlstate}]` : '';
  return new Failure('MIGRATION_FAILED', `${file.path}:${error.statement.line} ${error.message}${sqlstate}`, {
    next: 'Nothing of this file was kept and the files before it stay applied: mend it and run again.',
    cause: error.cause,
  });
}
