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
  /** The index that CREATE INDEX CONCURRENTLY makes, if it is named; an index lives in the schema of its table. */
  readonly concurrentIndex?: { readonly schema?: string; readonly name: string };
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

/** Parses with PostgreSQL's own grammar. Throws MIGRATION_SYNTAX with the line, MIGRATION_MIXED, MIGRATION_TRANSACTION. */
export async function parseMigration(file: MigrationFile): Promise<ParsedMigration> {
  const tree = await parseSql(file);
  const raw = (tree.stmts ?? []) as readonly RawStatement[];
  const bytes = Buffer.from(file.sql, 'utf8');
  const inner = withoutFrame(raw);
  const statements = inner.map((statement) => statementOf(bytes, statement));
  refuseTransactions(file, inner, statements);
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

/** BEGIN at the head and COMMIT at the foot say what is done anyway: a file is one transaction. */
function withoutFrame(raw: readonly RawStatement[]): readonly RawStatement[] {
  const [first, last] = [raw.at(0), raw.at(-1)].map(transactionControl);
  const opens = first === 'TRANS_STMT_BEGIN' || first === 'TRANS_STMT_START';
  return opens && last === 'TRANS_STMT_COMMIT' ? raw.slice(1, -1) : raw;
}

/** Any other COMMIT would keep half of the file should the rest fail. Savepoints may stay. */
function refuseTransactions(
  file: MigrationFile,
  raw: readonly RawStatement[],
  statements: readonly Statement[],
): void {
  const at = raw.findIndex((statement) => {
    const control = transactionControl(statement);
    return control !== undefined && !/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(control);
  });
  if (at < 0) return;
  throw new Failure(
    'MIGRATION_TRANSACTION',
    `${file.path}:${statements[at]?.line} begins or ends a transaction within the file.`,
    { next: 'Each file is a transaction of its own: take the statement out, or make two files of this one.' },
  );
}

function transactionControl(raw: RawStatement | undefined): string | undefined {
  const kind = raw?.stmt?.TransactionStmt?.kind;
  return kind === undefined ? undefined : String(kind);
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
      return body.concurrent ? { outside: 'CREATE INDEX CONCURRENTLY', ...concurrentIndexOf(body) } : {};
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
    case 'DiscardStmt':
      return body.target === 'DISCARD_ALL' ? { outside: 'DISCARD ALL' } : {};
    case 'AlterTableStmt':
      return /"subtype":"AT_DetachPartition".*"concurrent":true/.test(JSON.stringify(body.cmds ?? ''))
        ? { outside: 'DETACH PARTITION CONCURRENTLY' }
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

function concurrentIndexOf(body: Readonly<Record<string, unknown>>): Pick<Statement, 'concurrentIndex'> {
  if (typeof body.idxname !== 'string') return {};
  const { schemaname } = (body.relation ?? {}) as { schemaname?: string };
  return { concurrentIndex: { name: body.idxname, ...(schemaname ? { schema: schemaname } : {}) } };
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

/** Of a position in characters as PostgreSQL counts them, from 1: an emoji is one, to JavaScript it is two. */
export function lineAt(text: string, position: number): number {
  return [...text].slice(0, position).filter((character) => character === '\n').length + 1;
}
