/**
 * Cloud SQL. An instance carries labels. Databases and roles in it carry none: those of previews, which live in the
 * instance of the environment that previews copy, are told by the one name that each of them can have: it is made anew
 * from the file and compared as a whole.
 */
import { previewEnvironment } from '../config/preview-names.ts';
import { GoogleError } from '../google/error.ts';
import {
  deleteDatabase,
  deleteInstance,
  deleteUser,
  type FinalBackup,
  listDatabases,
  listInstances,
  listUsers,
  patchInstance,
  type SqlInstance,
} from '../google/sqladmin.ts';
import type { Mark } from '../resources/mark.ts';
import { markOfLabels } from '../resources/mark.ts';
import type { Leftover } from './leftover.ts';
import { leftover, listIn, marked, type Site } from './site.ts';

export interface OwnInstance extends Leftover {
  /** Google refuses to delete it until somebody takes the protection off. */
  readonly isProtected: boolean;
}

const unprotected: SqlInstance = { settings: { deletionProtectionEnabled: false } } as SqlInstance;

/**
 * The instances of the project that carry our mark; with `backup` each leaves that behind. Removing a protected one
 * takes its protection off first: whoever does that must have leave.
 */
export async function sqlInstances(
  site: Site,
  backup: FinalBackup | undefined,
): Promise<readonly OwnInstance[]> {
  const { google, deployment } = site.context;
  const { project } = deployment;
  const list = () => listIn(site, 'sqladmin', () => listInstances(google, project));
  return (await list()).flatMap((instance): OwnInstance[] => {
    const labels = instance.settings?.userLabels;
    const mark = markOfLabels(labels);
    const name = instance.name ?? '';
    if (!mark) return [];
    const isProtected = instance.settings?.deletionProtectionEnabled === true;
    const kept = backup
      ? `all, after a final backup (kept for ${backup.days} days)`
      : 'all, without a backup';
    const found = leftover({
      kind: 'sql_instance',
      name,
      mark,
      labels,
      fields: [
        ...(isProtected ? [{ field: 'deletion protection', before: 'on', after: 'off' }] : []),
        { field: 'data', before: kept },
      ],
      // Cloud SQL may answer 403 for an instance that is not there, and 403 never means absent.
      isThere: async () => (await list()).some((one) => one.name === name),
      remove: async () => {
        if (isProtected) await patchInstance(google, project, name, unprotected);
        await deleteInstance(google, project, name, backup);
      },
    });
    return [{ ...found, isProtected }];
  });
}

/** Names of the database and the role of a pull request's preview; `undefined` when the file has no database. */
export type SqlNames = (
  pullRequest: number,
) => { readonly database: string; readonly user: string } | undefined;

/** What previews have in the instance that they share. `markOf` says whose a preview is. */
export async function previewDatabases(
  site: Site,
  namesOf: SqlNames,
  markOf: (environment: string) => Mark | undefined,
): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const { project, database } = deployment;
  if (!database) return [];
  const { instance } = database;
  const databases = () => inInstance(site, () => listDatabases(google, project, instance));
  const users = () => inInstance(site, () => listUsers(google, project, instance));
  const [ownDatabases, ownUsers] = await Promise.all([databases(), users()]);
  const own = (name: string, part: 'database' | 'user'): Mark | undefined => {
    const pullRequest = Number(/_pr_(\d+)$/.exec(name)?.[1]);
    const isTheirs = Number.isInteger(pullRequest) && namesOf(pullRequest)?.[part] === name;
    return isTheirs ? markOf(previewEnvironment(pullRequest)) : undefined;
  };
  return [
    ...marked(
      ownDatabases.map(({ name = '' }) => name),
      (name) => own(name, 'database'),
      (name, mark) =>
        leftover({
          kind: 'sql_database',
          name,
          mark,
          isThere: async () => (await databases()).some((one) => one.name === name),
          remove: () => deleteDatabase(google, project, instance, name),
        }),
    ),
    ...marked(
      ownUsers.map(({ name = '' }) => name),
      (name) => own(name, 'user'),
      (name, mark) =>
        leftover({
          kind: 'sql_user',
          name,
          mark,
          isThere: async () => (await users()).some((one) => one.name === name),
          remove: () => deleteUser(google, project, instance, name),
        }),
    ),
  ];
}

/** In an instance that is absent, or not up, there is nothing that could be looked at. */
async function inInstance<T>(site: Site, read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  return await listIn(site, 'sqladmin', read).catch((error: unknown) => {
    if (error instanceof GoogleError && (error.http === 404 || isNotRunning(error))) return [];
    throw error;
  });
}

function isNotRunning(error: GoogleError): boolean {
  return error.http === 400 && (error.reason === 'invalidState' || error.reason === 'instanceNotRunning');
}
