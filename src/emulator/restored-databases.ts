import type { Cloud, PostgresHost, Table } from './service.ts';

/** A login of a Cloud SQL instance, by `<project>/<instance>/<user>`. The password never leaves the state in clear. */
interface Login {
  readonly project: string;
  readonly instance: string;
  readonly user: string;
  readonly password: string;
}

function logins(cloud: Cloud): Table<Login> {
  return cloud.table<Login>('sql.logins');
}

/** The same host, which also notes who can log in, so that a saved state can be brought to life again. */
export function rememberLogins(host: PostgresHost, cloud: Cloud): PostgresHost {
  const note = (project: string, instance: string, user: string, password: string): void => {
    cloud.keepSecret(password);
    logins(cloud).set(`${project}/${instance}/${user}`, { project, instance, user, password });
  };
  return {
    ...host,
    create: async (instance) => {
      const made = await host.create(instance);
      if (instance.rootPassword !== undefined) {
        note(instance.project, instance.name, 'postgres', instance.rootPassword);
      }
      return made;
    },
    drop: async (project, name) => {
      await host.drop(project, name);
      for (const [key, login] of [...logins(cloud).entries()]) {
        if (login.project === project && login.instance === name) logins(cloud).delete(key);
      }
    },
    setUser: async (project, name, user, password) => {
      await host.setUser(project, name, user, password);
      note(project, name, user, password);
    },
    dropUser: async (project, name, user) => {
      await host.dropUser(project, name, user);
      logins(cloud).delete(`${project}/${name}/${user}`);
    },
  };
}

/** What of a stored instance is needed to start its server again. */
interface StoredInstance {
  readonly project: string;
  readonly region: string;
  readonly name: string;
  readonly databaseVersion: string;
  readonly state: string;
  ipAddresses?: { type: string; ipAddress: string }[];
  serverCaCert?: { cert: string };
}

/**
 * Starts a server for every Cloud SQL instance of a loaded state, with its databases and logins. What was in the
 * databases is not part of the state: they come back empty. Addresses and certificates are new.
 */
export async function restoreDatabases(cloud: Cloud): Promise<void> {
  const stored = [...cloud.table<StoredInstance>('sql.instances').values()].filter(
    (instance) => instance.state === 'RUNNABLE',
  );
  const host = stored.length === 0 ? undefined : cloud.postgres;
  if (host === undefined) return;
  await Promise.all(stored.map((instance) => restoreInstance(cloud, host, instance)));
}

async function restoreInstance(cloud: Cloud, host: PostgresHost, instance: StoredInstance): Promise<void> {
  const { project, region, name, databaseVersion: version } = instance;
  const known = [...logins(cloud).values()].filter(
    (login) => login.project === project && login.instance === name && !login.password.startsWith('sha256:'),
  );
  const rootPassword = known.find((login) => login.user === 'postgres')?.password;
  const { address, serverCa } = await host.create({ project, region, name, version, rootPassword });
  for (const listener of instance.ipAddresses ?? []) {
    if (listener.type === 'PRIMARY') listener.ipAddress = address;
  }
  if (instance.serverCaCert !== undefined) instance.serverCaCert.cert = serverCa;
  for (const login of known) {
    if (login.user !== 'postgres') await host.setUser(project, name, login.user, login.password);
  }
  const prefix = `${project}/${name}/`;
  for (const [key] of cloud.table('sql.databases').entries()) {
    if (!key.startsWith(prefix) || key === `${prefix}postgres`) continue;
    await host.createDatabase(project, name, key.slice(prefix.length));
  }
}
