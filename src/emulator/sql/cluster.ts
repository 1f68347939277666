import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import { type Identity, scratchRoot } from './identity.ts';

const run = promisify(execFile);
const superuser = 'cloudsqladmin';
const startDeadline = 60_000;

/**
 * Runs the server and waits for the end of its own standard input, whose other end only the emulator holds. So the
 * server goes, and its folder with it, however the emulator ends, SIGKILL included.
 */
const supervisor = `
folder=$1; shift
"$@" & server=$!
finish() { trap - TERM INT HUP; kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$folder"; exit 0; }
trap finish TERM INT HUP
while read -r line; do :; done
finish
`;

/** One PostgreSQL server with data of its own, reachable by a Unix socket only. */
export interface Cluster {
  /** Path of the Unix socket. */
  readonly socket: string;
  /** Runs statements as the superuser in that database. Never log their text: passwords are in it. */
  query(database: string, sql: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Makes a cluster and starts it; takes about a second. Throws with the server's own words when it does not start. */
export async function startCluster(binaries: Binaries, identity: Identity | undefined): Promise<Cluster> {
  const folder = mkdtempSync(join(scratchRoot(identity), 'cloud-emulator-sql-'));
  const password = randomBytes(24).toString('hex');
  try {
    await initialise(binaries, identity, folder, password);
    const server = launch(binaries, identity, folder);
    await ready(server);
    return clusterOf(server.child, folder, password);
  } catch (problem) {
    await rm(folder, { recursive: true, force: true });
    throw problem;
  }
}

async function initialise(
  binaries: Binaries,
  identity: Identity | undefined,
  folder: string,
  password: string,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity !== undefined) {
    chownSync(folder, identity.uid, identity.gid);
    chownSync(passwordFile, identity.uid, identity.gid);
  }
  await run(
    binaries.initdb,
    [
      ...['--pgdata', join(folder, 'data'), '--username', superuser, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-locale', '--no-sync', '--no-instructions'],
    ],
    { cwd: folder, env: serverEnvironment(), ...identity },
  );
  await rm(passwordFile);
}

/** Nothing of the emulator's environment reaches the server: it may hold credentials, and PG* variables. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

interface Server {
  readonly child: ChildProcess;
  readonly log: string[];
}

function launch(binaries: Binaries, identity: Identity | undefined, folder: string): Server {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    port: '5432',
    // The data lives as long as the emulator: nothing has to survive a crash.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    // Memory that is touched at start costs more than it brings to a rehearsal.
    shared_buffers: '16MB',
    max_connections: '200',
    timezone: 'UTC',
    // Statements may hold passwords.
    log_min_error_statement: 'panic',
  };
  const server = [binaries.postgres, '-D', join(folder, 'data')].concat(
    ...Object.entries(settings).map(([name, value]) => ['-c', `${name}=${value}`]),
  );
  const child = spawn('/bin/sh', ['-c', supervisor, 'sh', folder, ...server], {
    cwd: folder,
    env: serverEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    // A session of its own: Ctrl-C is for the emulator, which then ends the server in order.
    detached: true,
    ...identity,
  });
  // Closing the pipe of a server that is gone already is no failure.
  child.stdin.on('error', () => undefined);
  return { child, log: [] };
}

/** Only the start is watched: later FATAL lines are about single connections, for example a wrong password. */
async function ready({ child, log }: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let starting = true;
    const end = (problem?: string) => {
      if (!starting) return;
      starting = false;
      clearTimeout(timer);
      if (problem === undefined) return resolve();
      child.stdin?.destroy();
      reject(new Error(`PostgreSQL ${problem}. It said:\n${log.join('')}`));
    };
    const timer = setTimeout(() => end(`did not start within ${startDeadline / 1000} s`), startDeadline);
    child.once('error', (error) => end(`could not be run: ${error.message}`));
    child.once('exit', () => end('ended while it was starting'));
    // Read on after the start as well: a full pipe would block the server.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (!starting) return;
      log.push(text);
      if (text.includes('ready to accept connections')) end();
      else if (text.includes('FATAL:')) end('did not start');
    });
  });
}

function clusterOf(child: ChildProcess, folder: string, password: string): Cluster {
  return {
    socket: join(folder, '.s.PGSQL.5432'),
    query: async (database, sql) => {
      const client = new pg.Client({ host: folder, port: 5432, user: superuser, password, database });
      await client.connect();
      try {
        const result: pg.QueryResult<Record<string, unknown>> = await client.query(sql);
        return result.rows ?? [];
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
    },
  };
}
