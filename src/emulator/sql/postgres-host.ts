import { escapeIdentifier, escapeLiteral } from 'pg';
import type { PostgresHost } from '../service.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { type Authority, createAuthority, createServerCertificate, readPublicKey } from './certificates.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Identity, serverIdentity } from './identity.ts';
import { startTlsProxy, type TlsProxy } from './tls-proxy.ts';

/** Cloud SQL's ephemeral certificates are good for an hour. https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/connect/generateEphemeralCert */
const ephemeralLifetime = 60 * 60_000;

interface Instance {
  readonly cluster: Cluster;
  readonly proxy: TlsProxy;
  readonly clients: Authority;
  readonly serverCa: string;
}

/** The real databases behind the emulated Cloud SQL instances: one PostgreSQL each. Nothing starts before `create`. */
export function createPostgresHost(): PostgresHost {
  const instances = new Map<string, Promise<Instance>>();
  let installation: Promise<{ binaries: Binaries; identity: Identity | undefined }> | undefined;

  const installed = () => {
    installation ??= (async () => {
      const identity = serverIdentity();
      return { binaries: await findBinaries(identity), identity };
    })();
    return installation;
  };

  const existing = async (project: string, name: string): Promise<Instance> => {
    const instance = await instances.get(`${project}:${name}`);
    if (instance === undefined) throw new Error(`There is no database for the instance ${project}:${name}.`);
    return instance;
  };

  return {
    create: async ({ project, name, rootPassword }) => {
      const key = `${project}:${name}`;
      if (instances.has(key)) throw new Error(`The instance ${key} already has a database.`);
      const starting = installed().then(({ binaries, identity }) =>
        startInstance(key, rootPassword, binaries, identity),
      );
      instances.set(key, starting);
      try {
        const { proxy, serverCa } = await starting;
        return { address: proxy.address, serverCa };
      } catch (problem) {
        instances.delete(key);
        throw problem;
      }
    },
    drop: async (project, name) => {
      const key = `${project}:${name}`;
      const instance = instances.get(key);
      instances.delete(key);
      if (instance !== undefined) await stopInstance(await instance);
    },
    createDatabase: async (project, name, database) => {
      const { cluster } = await existing(project, name);
      await cluster.query(
        'postgres',
        `CREATE DATABASE ${escapeIdentifier(database)} OWNER cloudsqlsuperuser`,
      );
    },
    dropDatabase: async (project, name, database) => {
      const { cluster } = await existing(project, name);
      await cluster.query('postgres', `DROP DATABASE ${escapeIdentifier(database)}`);
    },
    setUser: async (project, name, user, password) => {
      const { cluster } = await existing(project, name);
      const role = escapeIdentifier(user);
      const known = await cluster.query(
        'postgres',
        `SELECT 1 FROM pg_roles WHERE rolname = ${escapeLiteral(user)}`,
      );
      await cluster.query(
        'postgres',
        known.length > 0
          ? `ALTER ROLE ${role} PASSWORD ${escapeLiteral(password)}`
          : `CREATE ROLE ${role} ${userAttributes} PASSWORD ${escapeLiteral(password)}`,
      );
    },
    dropUser: async (project, name, user) => {
      const { cluster } = await existing(project, name);
      await cluster.query('postgres', `DROP ROLE ${escapeIdentifier(user)}`);
    },
    ephemeralCertificate: async (project, name, publicKeyPem) => {
      const { clients } = await existing(project, name);
      return clients.issue({
        publicKey: readPublicKey(publicKeyPem),
        commonName: `${project}:${name}`,
        use: 'client',
        lifetime: ephemeralLifetime,
      });
    },
    close: async () => {
      const all = [...instances.values()];
      instances.clear();
      await Promise.allSettled(all.map(async (instance) => stopInstance(await instance)));
    },
  };
}

/**
 * What `postgres` and every user made through the Admin API have: no superuser, but members of cloudsqlsuperuser.
 * https://cloud.google.com/sql/docs/postgres/users#default-users
 */
const userAttributes = 'LOGIN CREATEDB CREATEROLE IN ROLE cloudsqlsuperuser';

async function startInstance(
  key: string,
  rootPassword: string | undefined,
  binaries: Binaries,
  identity: Identity | undefined,
): Promise<Instance> {
  const [cluster, servers, clients] = await Promise.all([
    startCluster(binaries, identity),
    createAuthority(`Cloud SQL Server CA ${key}`),
    createAuthority(`Cloud SQL Client CA ${key}`),
  ]);
  try {
    await layOutRoles(cluster, rootPassword);
    const { key: privateKey, certificate } = await createServerCertificate(servers, key);
    const proxy = await startTlsProxy({
      name: key,
      key: privateKey,
      certificate,
      clientCa: clients.certificate,
      socket: cluster.socket,
    });
    return { cluster, proxy, clients, serverCa: servers.certificate };
  } catch (problem) {
    await cluster.stop();
    throw problem;
  }
}

/** The roles of a fresh Cloud SQL instance. Without a root password nobody can log in as `postgres`. */
async function layOutRoles(cluster: Cluster, rootPassword: string | undefined): Promise<void> {
  const password = rootPassword === undefined ? 'PASSWORD NULL' : `PASSWORD ${escapeLiteral(rootPassword)}`;
  await cluster.query(
    'postgres',
    [
      'CREATE ROLE cloudsqlsuperuser NOLOGIN CREATEDB CREATEROLE',
      'GRANT pg_monitor, pg_signal_backend TO cloudsqlsuperuser',
      `CREATE ROLE postgres ${userAttributes} ${password}`,
      'ALTER DATABASE postgres OWNER TO cloudsqlsuperuser',
    ].join(';\n'),
  );
}

async function stopInstance(instance: Instance): Promise<void> {
  await instance.proxy.close();
  await instance.cluster.stop();
}
