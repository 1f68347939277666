import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { Host } from '../github/host.ts';
import { GoogleError } from '../google/error.ts';
import { Failure } from '../lib/failure.ts';
import { withConnection } from '../migrate/connect.ts';
import { readMigrations } from '../migrate/files.ts';
import { unapplied } from '../migrate/migrate.ts';
import { loginOf } from './database-login.ts';
import type { Session } from './session.ts';

/** Migrations of the checkout that a database does not have yet. */
export interface PendingMigrations {
  readonly names: readonly string[];
  /** Whether the database was looked at; if not, `names` has all there are. */
  readonly seen: boolean;
}

/**
 * Compares the folder with the history in the database, only reading. All of them are pending when there is no database
 * yet, and may be when the job may not look into it: whoever approves a deployment need not be let into its database.
 */
export async function pendingMigrations(
  deployment: Deployment,
  open: () => Promise<Session>,
  host: Host,
): Promise<PendingMigrations> {
  const { database, root } = deployment;
  if (!database?.migrations) return { names: [], seen: true };
  const shown = join(root, database.migrations);
  const files = await readMigrations(join(host.workspace, shown), shown);
  const all = files.map(({ name }) => name);
  try {
    const login = await loginOf(await open(), host);
    return { names: await withConnection(login, (client) => unapplied(client, files)), seen: true };
  } catch (error) {
    host.signal.throwIfAborted();
    if (isNotProvisioned(error)) return { names: all, seen: true };
    if (!isClosed(error)) throw error;
    host.info(`the history of migrations cannot be read: ${error instanceof Error ? error.message : ''}`);
    return { names: all, seen: false };
  }
}

function isNotProvisioned(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'SECRET_MISSING';
  return error instanceof GoogleError && (error.reason === 'SERVICE_DISABLED' || error.http === 404);
}

function isClosed(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'DATABASE_UNREACHABLE';
  return error instanceof GoogleError && error.http === 403;
}
