import './node-globals.ts';
import { hasSqlDetails, parse } from 'libpg-query';
import { Failure } from '../lib/failure.ts';
import { treeChecksum } from './checksum.ts';
import type { MigrationFile } from './files.ts';

/** One statement of a migration. */
export interface Statement {
  readonly sql: string;
  /** Of its first line in the file, from 1. */
  readonly line: number;
  /** Why it cannot run in a transaction; absent when it can. */
  readonly outside?: string;
  /** The index that CREATE INDEX CONCURRENTLY makes, if it is named. */
  readonly concurrentIndex?: string;
}

export interface ParsedMigration {
  readonly statements: readonly Statement[];
  readonly checksum: string;
}

interface RawStatement {
  readonly stmt?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

/** Parses with PostgreSQL's own grammar. Throws MIGRATION_SYNTAX with the line, MIGRATION_MIXED. */
export async function parseMigration(file: MigrationFile): Promise<ParsedMigration> {
  const tree = await parseSql(file);
  const raw = (tree.stmts ?? []) as readonly RawStatement[];
  const bytes = Buffer.from(file.sql, 'utf8');
  const statements = raw.map((statement) => statementOf(bytes, statement));
  refuseMixed(file, statements);
  return { statements, checksum: treeChecksum(raw) };
}

async function parseSql(file: MigrationFile): Promise<{ stmts?: unknown }> {
  if (file.sql.trim() === '') return { stmts: [] };
  try {
    return (await parse(file.sql)) as { stmts?: unknown };
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    const line = lineAt(file.sql, error.sqlDetails?.cursorPosition ?? 0);
    throw new Failure('MIGRATION_SYNTAX', `${file.path}:${line} ${error.message}`, {
      next: 'Mend the SQL. psql commands that begin with a backslash and COPY ... FROM stdin are not SQL and cannot be run here.',
      cause: error,
    });
  }
}

/** The parser counts bytes; a statement begins after the comments and blank lines before it. */
function statementOf(bytes: Buffer, raw: RawStatement): Statement {
  const start = raw.stmt_location ?? 0;
  const text = bytes.subarray(start, raw.stmt_len ? start + raw.stmt_len : bytes.length).toString('utf8');
  const leading = /^(\s|--[^\n]*\n?|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
  const before = bytes.subarray(0, start).toString('utf8') + leading;
  return { sql: text, line: before.split('\n').length, ...outsideTransaction(raw.stmt ?? {}) };
}

/** Statements that PostgreSQL refuses in a transaction block. https://www.postgresql.org/docs/current/sql-commands.html */
function outsideTransaction(
  node: NonNullable<RawStatement['stmt']>,
): Pick<Statement, 'outside' | 'concurrentIndex'> {
  const [kind = '', body = {}] = Object.entries(node)[0] ?? [];
  switch (kind) {
    case 'IndexStmt':
      return body.concurrent
        ? {
            outside: 'CREATE INDEX CONCURRENTLY',
            ...(typeof body.idxname === 'string' ? { concurrentIndex: body.idxname } : {}),
          }
        : {};
    case 'DropStmt':
      return body.concurrent ? { outside: 'DROP INDEX CONCURRENTLY' } : {};
    case 'VacuumStmt':
      return body.is_vacuumcmd ? { outside: 'VACUUM' } : {};
    case 'ReindexStmt':
      return ['REINDEX_OBJECT_SCHEMA', 'REINDEX_OBJECT_SYSTEM', 'REINDEX_OBJECT_DATABASE'].includes(
        String(body.kind),
      ) || JSON.stringify(body.params ?? '').includes('concurrently')
        ? { outside: 'REINDEX' }
        : {};
    case 'CreatedbStmt':
    case 'DropdbStmt':
    case 'CreateTableSpaceStmt':
    case 'DropTableSpaceStmt':
    case 'AlterSystemStmt':
    case 'CreateSubscriptionStmt':
    case 'DropSubscriptionStmt':
      return { outside: kind.replace('Stmt', '') };
    default:
      return {};
  }
}

/** Half in a transaction and half outside of it cannot be undone when the second half fails. */
function refuseMixed(file: MigrationFile, statements: readonly Statement[]): void {
  const alone = statements.find(({ outside }) => outside);
  if (!alone || statements.length === 1) return;
  throw new Failure(
    'MIGRATION_MIXED',
    `${file.path}:${alone.line} ${alone.outside} cannot run in a transaction with other statements.`,
    {
      next: 'Move it to a file of its own, with the next number.',
    },
  );
}

/** Of a character position, from 1. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
