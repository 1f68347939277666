import type { sqladmin_v1, sqladmin_v1beta4 } from '@googleapis/sqladmin';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import type { Shape } from '../lib/shape.ts';
import type { ApiName } from './endpoints.ts';
import { GoogleError, unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { OperationFailed, type Waiting, waitFor } from './operations.ts';
import { listAll } from './paging.ts';
import type { Request } from './transport.ts';

export type SqlInstance = Shape<sqladmin_v1beta4.Schema$DatabaseInstance>;
export type SqlDatabase = Shape<sqladmin_v1beta4.Schema$Database>;
export type SqlBackup = Shape<sqladmin_v1.Schema$Backup>;
export type SqlUser = Shape<sqladmin_v1beta4.Schema$User>;
type SqlOperation = Shape<sqladmin_v1beta4.Schema$Operation>;

const api: ApiName = 'sqladmin';
/** Creating an instance takes from four to twenty minutes. */
const instanceDeadline = 30 * 60_000;
const smallDeadline = 5 * 60_000;

const base = (project: string): string => `v1/projects/${project}`;

export function listInstances(google: Google, project: string): Promise<SqlInstance[]> {
  return listAll<Shape<sqladmin_v1beta4.Schema$InstancesListResponse>, SqlInstance>(
    google.transport,
    { api, method: 'GET', path: `${base(project)}/instances` },
    (page) => page.items,
  );
}

export function getInstance(google: Google, project: string, instance: string): Promise<SqlInstance> {
  return google.transport.send({ api, method: 'GET', path: `${base(project)}/instances/${instance}` });
}

export function createInstance(google: Google, project: string, instance: SqlInstance): Promise<void> {
  return carryOut(
    google,
    project,
    { api, method: 'POST', path: `${base(project)}/instances`, body: instance, repeatable: true },
    { what: `creating Cloud SQL instance ${instance.name}`, deadline: instanceDeadline, ceiling: 15_000 },
  );
}

export function patchInstance(
  google: Google,
  project: string,
  name: string,
  instance: SqlInstance,
): Promise<void> {
  return carryOut(
    google,
    project,
    { api, method: 'PATCH', path: `${base(project)}/instances/${name}`, body: instance },
    { what: `changing Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 },
  );
}

/** States that an instance comes out of by itself. */
const passing = new Set(['PENDING_CREATE', 'MAINTENANCE', 'ONLINE_MAINTENANCE']);

export function isPassing({ state }: SqlInstance): boolean {
  return passing.has(state ?? '');
}

/** Waits for an instance that somebody else, or an earlier run, is still creating, or that is being maintained. */
export function waitUntilRunnable(google: Google, project: string, name: string): Promise<SqlInstance> {
  return waitFor(
    async () => {
      const instance = await getInstance(google, project, name);
      return isPassing(instance) ? undefined : instance;
    },
    { what: `getting Cloud SQL instance ${name} ready`, deadline: instanceDeadline, ceiling: 15_000 },
    google.clock,
    google.signal,
  );
}

export async function listDatabases(
  google: Google,
  project: string,
  instance: string,
): Promise<SqlDatabase[]> {
  const page = await google.transport.send<{ items?: SqlDatabase[] }>({
    api,
    method: 'GET',
    path: `${base(project)}/instances/${instance}/databases`,
  });
  return page.items ?? [];
}

export function createDatabase(
  google: Google,
  project: string,
  instance: string,
  name: string,
): Promise<void> {
  return carryOut(
    google,
    project,
    {
      api,
      method: 'POST',
      path: `${base(project)}/instances/${instance}/databases`,
      body: { name, charset: 'UTF8' },
    },
    { what: `creating database ${name}`, deadline: smallDeadline },
  );
}

export async function listUsers(google: Google, project: string, instance: string): Promise<SqlUser[]> {
  const page = await google.transport.send<{ items?: SqlUser[] }>({
    api,
    method: 'GET',
    path: `${base(project)}/instances/${instance}/users`,
  });
  return page.items ?? [];
}

export function createUser(
  google: Google,
  project: string,
  instance: string,
  user: { name: string; password: Secret },
): Promise<void> {
  return carryOut(
    google,
    project,
    {
      api,
      method: 'POST',
      path: `${base(project)}/instances/${instance}/users`,
      body: { name: user.name, password: user.password.reveal(), type: 'BUILT_IN' },
    },
    { what: `creating database user ${user.name}`, deadline: smallDeadline },
  );
}

export function setPassword(
  google: Google,
  project: string,
  instance: string,
  user: { name: string; password: Secret },
): Promise<void> {
  return carryOut(
    google,
    project,
    {
      api,
      method: 'PUT',
      path: `${base(project)}/instances/${instance}/users`,
      query: { name: user.name },
      body: { name: user.name, password: user.password.reveal() },
    },
    { what: `setting the password of database user ${user.name}`, deadline: smallDeadline },
  );
}

/** Fails while somebody is connected to it. That it is gone already is as good. */
export async function deleteDatabase(
  google: Google,
  project: string,
  instance: string,
  name: string,
): Promise<void> {
  const path = `${base(project)}/instances/${instance}/databases/${name}`;
  await remove(google, project, { path }, `deleting database ${name}`);
}

/** Fails while it owns anything in any database of the instance. That it is gone already is as good. */
export async function deleteUser(
  google: Google,
  project: string,
  instance: string,
  name: string,
): Promise<void> {
  const path = `${base(project)}/instances/${instance}/users`;
  await remove(google, project, { path, query: { name } }, `deleting database user ${name}`);
}

async function remove(
  google: Google,
  project: string,
  at: Pick<Request, 'path' | 'query'>,
  what: string,
): Promise<void> {
  const request: Request = { api, method: 'DELETE', ...at };
  await unlessGone(carryOut(google, project, request, { what, deadline: smallDeadline }));
}

/** What is kept of an instance after it. */
export interface FinalBackup {
  readonly description: string;
  /** 1 to 365. */
  readonly days: number;
}

/**
 * Deletes the instance with its databases, users and all its backups but the final one, which Cloud SQL takes first
 * and keeps apart from the instance; if it cannot be taken, the instance stays. The name stays blocked for about a
 * week. That it is gone already is as good. https://cloud.google.com/sql/docs/postgres/backup-recovery/final-backup
 */
export async function deleteInstance(
  google: Google,
  project: string,
  name: string,
  backup: FinalBackup | undefined,
): Promise<void> {
  const query = backup && {
    enableFinalBackup: true,
    finalBackupDescription: backup.description,
    finalBackupTtlDays: backup.days,
  };
  await unlessGone(
    carryOut(
      google,
      project,
      { api, method: 'DELETE', path: `${base(project)}/instances/${name}`, ...(query && { query }) },
      { what: `deleting Cloud SQL instance ${name}`, deadline: instanceDeadline, ceiling: 15_000 },
    ),
  );
}

/** The final backups of an instance of that name, which may be gone by now. */
export async function finalBackups(google: Google, project: string, instance: string): Promise<SqlBackup[]> {
  const found = await listAll<Shape<sqladmin_v1.Schema$ListBackupsResponse>, SqlBackup>(
    google.transport,
    {
      api,
      method: 'GET',
      path: `${base(project)}/backups`,
      query: { filter: `instance:${instance} AND type:FINAL` },
    },
    (page) => page.backups,
  );
  return found.filter((backup) => backup.type === 'FINAL' && backup.instance?.split('/').at(-1) === instance);
}

async function carryOut(google: Google, project: string, request: Request, waiting: Waiting): Promise<void> {
  const started = await startInTurn(google, project, request, waiting);
  const ended = await waitFor(
    async () => {
      const now = await google.transport.send<SqlOperation>({
        api,
        method: 'GET',
        path: `${base(project)}/operations/${started.name}`,
      });
      return now.status === 'DONE' ? now : undefined;
    },
    waiting,
    google.clock,
    google.signal,
  );
  const error = ended.error?.errors?.[0];
  if (error) throw new OperationFailed(waiting.what, 0, `${error.code}: ${error.message}`);
}

/** An instance does one thing at a time: a call that comes too early is sent again until its turn has come. */
function startInTurn(
  google: Google,
  project: string,
  request: Request,
  waiting: Waiting,
): Promise<SqlOperation> {
  return waitFor(
    async () => {
      try {
        return await google.transport.send<SqlOperation>(request);
      } catch (error) {
        if (error instanceof GoogleError && error.http === 409 && error.reason === 'operationInProgress')
          return undefined;
        throw error;
      }
    },
    { ...waiting, first: 500, expired: () => busy(google, project, request, waiting) },
    google.clock,
    google.signal,
  );
}

/** Only a refused call is sent again, so when the time is up the instance was busy all along. */
async function busy(google: Google, project: string, request: Request, waiting: Waiting): Promise<Failure> {
  const instance = /\/instances\/([^/]+)/.exec(request.path)?.[1] ?? '';
  const { items = [] } = await google.transport.send<{ items?: SqlOperation[] }>({
    api,
    method: 'GET',
    path: `${base(project)}/operations`,
    query: { instance },
  });
  const running = items.find(({ status }) => status !== 'DONE');
  const by = running?.user ? ` of ${running.user}` : '';
  const what = running ? `its operation ${running.operationType}${by}` : 'another operation';
  return new Failure(
    'SQL_INSTANCE_BUSY',
    `Cloud SQL instance ${instance} is still busy with ${what} after ${waiting.deadline / 60_000} minutes, and does one at a time: ${waiting.what} has not begun.`,
    {
      next: `Run again when it is done: gcloud sql operations list --instance=${instance} --project=${project}`,
    },
  );
}
