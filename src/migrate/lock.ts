import type { Client } from 'pg';
import { waitFor } from '../google/operations.ts';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';

/** Any constant does; it has to be the same for every run. The two halves spell "aeth" and "migr". */
const key = [0x61657468, 0x6d696772] as const;
const deadline = 10 * 60_000;

/**
 * Runs `work` as the only migration of this database. The lock is asked for again and again and never waited for in
 * the server: a session that waits there holds a transaction open, which CREATE INDEX CONCURRENTLY of the holder would
 * wait for in turn. Throws MIGRATION_LOCKED with the holder's name.
 */
export async function withLock<T>(
  client: Client,
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await waitFor(
    () => tryLock(client),
    {
      what: 'waiting for the migration lock',
      deadline,
      expired: () => locked(client),
      ceiling: 2_000,
    },
    clock,
    signal,
  );
  try {
    return await work();
  } finally {
    // On a connection that broke it fails, and the lock is gone with the connection.
    await client.query('select pg_advisory_unlock($1, $2)', [...key]).catch(() => undefined);
  }
}

async function tryLock(client: Client): Promise<true | undefined> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, $2) as got', [
    ...key,
  ]);
  return rows[0]?.got ? true : undefined;
}

async function locked(client: Client): Promise<Failure> {
  const { rows } = await client.query<{ pid: number; application_name: string; since: string }>(
    `select a.pid, a.application_name, (now() - a.backend_start)::text as since
     from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.granted`,
    [...key],
  );
  const holder = rows[0];
  const who = holder
    ? `${holder.application_name} (pid ${holder.pid}, connected for ${holder.since})`
    : 'an unknown session';
  return new Failure(
    'MIGRATION_LOCKED',
    `Another migration of this database has been running for ten minutes: ${who}.`,
    {
      next: 'Wait for it and run again. If its run is dead, the lock goes with its connection.',
    },
  );
}
