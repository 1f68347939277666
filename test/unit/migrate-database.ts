import pg from 'pg';
import { findBinaries } from '../../src/emulator/sql/binaries.ts';
import { type Cluster, startCluster } from '../../src/emulator/sql/cluster.ts';
import { serverIdentity } from '../../src/emulator/sql/identity.ts';

export const role = 'shop_user';
const password = 'local-only';

export interface Databases extends AsyncDisposable {
  /** A database of its own, owned as Cloud SQL's are: by a group that the application's role is in. */
  create(options?: { readonly owned: boolean }): Promise<Database>;
}

export interface Database extends AsyncDisposable {
  /** A session of the application's role. */
  connect(): Promise<pg.Client>;
  /** As the superuser. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** A PostgreSQL server of its own for a file of tests. */
export async function databases(): Promise<Databases> {
  const identity = serverIdentity();
  const cluster: Cluster = await startCluster(await findBinaries(identity), identity);
  await cluster.query(
    'postgres',
    `create role owners nologin; create role ${role} login password '${password}' in role owners`,
  );
  let number = 0;
  return {
    create: async ({ owned } = { owned: true }) => {
      const database = `db${++number}`;
      await cluster.query('postgres', `create database ${database} ${owned ? 'owner owners' : ''}`);
      const open: pg.Client[] = [];
      return {
        connect: async () => {
          const client = new pg.Client({
            host: cluster.socket.replace(/\/[^/]+$/, ''),
            port: 5432,
            user: role,
            password,
            database,
          });
          client.on('error', () => undefined);
          await client.connect();
          open.push(client);
          return client;
        },
        query: (sql) => cluster.query(database, sql),
        [Symbol.asyncDispose]: async () => {
          await Promise.all(open.map((client) => client.end()));
        },
      };
    },
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}
