/**
 * The database and the application's role within the instance. Both are made through the Admin API and not by SQL:
 * only so does the role become a member of cloudsqlsuperuser, which owns the database and may create in `public`.
 * A password cannot be observed; it is the secret's, and `migrate` sets it again should the login be refused.
 * https://cloud.google.com/sql/docs/postgres/users#cloudsqlsuperuser
 */
import type { Database } from '../config/deployment.ts';
import { create } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { GoogleError } from '../google/error.ts';
import {
  createDatabase,
  createUser,
  listDatabases,
  listUsers,
  type SqlDatabase,
  type SqlUser,
} from '../google/sqladmin.ts';
import { because } from './because.ts';
import type { Context } from './context.ts';
import { secretAddress } from './secret.ts';
import { sqlInstanceAddress } from './sql-instance.ts';

export const sqlDatabaseAddress = (name: string): string => `sql_database/${name}`;
export const sqlUserAddress = (name: string): string => `sql_user/${name}`;

export function sqlDatabase(context: Context, database: Database): Resource<SqlDatabase> {
  const { google, deployment } = context;
  const address = sqlDatabaseAddress(database.name);
  const why = because(deployment, database.place);
  return {
    address,
    dependsOn: [sqlInstanceAddress(database.instance)],
    observe: () =>
      inInstance(context, async () =>
        (await listDatabases(google, deployment.project, database.instance)).find(
          ({ name }) => name === database.name,
        ),
      ),
    diff: (have) => (have ? [] : [create(address, why, [{ field: 'charset', after: 'UTF8' }])]),
    apply: () => createDatabase(google, deployment.project, database.instance, database.name),
  };
}

export function sqlUser(context: Context, database: Database): Resource<SqlUser> {
  const { google, deployment, facts } = context;
  const address = sqlUserAddress(database.user);
  const why = because(deployment, database.place);
  return {
    address,
    // The database too: an instance does one thing at a time. And the instance itself: while it is in maintenance its
    // users cannot be read, so that they have to be looked at again afterwards.
    dependsOn: [
      sqlInstanceAddress(database.instance),
      sqlDatabaseAddress(database.name),
      secretAddress(database.passwordSecret),
    ],
    observe: () =>
      inInstance(context, async () =>
        (await listUsers(google, deployment.project, database.instance)).find(
          ({ name }) => name === database.user,
        ),
      ),
    diff: (have) => (have ? [] : [create(address, why, [{ field: 'type', after: 'BUILT_IN' }])]),
    apply: async () => {
      const password = facts.database?.password;
      if (!password) throw new Error(`the password in ${database.passwordSecret} was not observed`);
      await createUser(google, deployment.project, database.instance, { name: database.user, password });
    },
  };
}

/** In an instance that is absent, or not up yet, there is nothing. */
async function inInstance<T>(context: Context, read: () => Promise<T | undefined>): Promise<T | undefined> {
  if (!(await context.enabled()).has('sqladmin.googleapis.com') && context.justEnabled.size === 0)
    return undefined;
  return await read().catch((error: unknown) => {
    if (error instanceof GoogleError && (error.http === 404 || isNotRunning(error))) return undefined;
    throw error;
  });
}

function isNotRunning(error: GoogleError): boolean {
  return error.http === 400 && (error.reason === 'invalidState' || error.reason === 'instanceNotRunning');
}
