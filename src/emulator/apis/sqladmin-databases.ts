import { createHash } from 'node:crypto';
import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import {
  databaseHost,
  type Instance,
  instanceOf,
  invalid,
  keyOf,
  runningInstanceOf,
} from './sqladmin-instance.ts';
import { failWith, requireIdle, startOperation, targetOf } from './sqladmin-operations.ts';

export interface Database {
  readonly name: string;
  readonly charset: string;
  readonly collation: string;
}

/** Keyed `project/instance/database`. */
export function databases(cloud: Cloud) {
  return cloud.table<Database>('sql.databases');
}

export async function insertDatabase(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const body = (call.body ?? {}) as Partial<Database>;
  const name = body.name ?? '';
  if (name === '' || name.length > 63) throw invalid('The database name must have 1 to 63 characters');
  const charset = (body.charset ?? 'UTF8').toUpperCase();
  if (charset !== 'UTF8') throw invalid(`The charset ${charset} is not supported`);
  if (databases(cloud).has(`${keyOf(cloud, call)}/${name}`)) {
    throw invalid(`failed to create database ${name}. Detail: pq: database "${name}" already exists`);
  }
  await requireIdle(cloud, instance);
  return startOperation(call, cloud, instance, {
    type: 'CREATE_DATABASE',
    action: 'createDatabase',
    step: 'sql.database',
    input: { database: { name, charset, collation: body.collation ?? 'en_US.UTF8' } },
  });
}

export async function settleCreateDatabase(operation: Operation, cloud: Cloud): Promise<void> {
  const database = operation.input.database as Database;
  const { project, instance } = operation.input;
  try {
    await databaseHost(cloud).createDatabase(String(project), String(instance), database.name);
  } catch (problem) {
    failWith(
      operation,
      'ERROR_RDBMS',
      `failed to create database ${database.name}. Detail: ${wordsOf(problem)}`,
    );
    return;
  }
  databases(cloud).set(`${targetOf(operation)}/${database.name}`, database);
}

export async function getDatabase(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(cloud, call);
  return { status: 200, body: view(instance, databaseOf(call, cloud)) };
}

export async function listDatabases(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const prefix = `${keyOf(cloud, call)}/`;
  const items = [...databases(cloud).entries()]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, database]) => view(instance, database));
  return { status: 200, body: { kind: 'sql#databasesList', items } };
}

export async function changeDatabase(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const database = databaseOf(call, cloud);
  const body = (call.body ?? {}) as Partial<Database>;
  if (body.charset !== undefined && body.charset.toUpperCase() !== database.charset) {
    throw invalid('The charset of a database cannot be changed');
  }
  await requireIdle(cloud, instance);
  return startOperation(call, cloud, instance, {
    type: 'UPDATE_DATABASE',
    action: 'nothing',
    step: 'sql.database',
  });
}

export async function deleteDatabase(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const { name } = databaseOf(call, cloud);
  await requireIdle(cloud, instance);
  return startOperation(call, cloud, instance, {
    type: 'DELETE_DATABASE',
    action: 'deleteDatabase',
    step: 'sql.database',
    input: { database: name },
  });
}

export async function settleDeleteDatabase(operation: Operation, cloud: Cloud): Promise<void> {
  const name = String(operation.input.database);
  try {
    await databaseHost(cloud).dropDatabase(
      String(operation.input.project),
      String(operation.input.instance),
      name,
    );
  } catch (problem) {
    failWith(operation, 'ERROR_RDBMS', `failed to delete database "${name}". Detail: ${wordsOf(problem)}`);
    return;
  }
  databases(cloud).delete(`${targetOf(operation)}/${name}`);
}

/** PostgreSQL's own words, as the Admin API passes them on. */
export function wordsOf(problem: unknown): string {
  return `pq: ${problem instanceof Error ? problem.message : String(problem)}.`;
}

function databaseOf(call: Call, cloud: Cloud): Database {
  const name = call.params.database ?? '';
  const found = databases(cloud).get(`${keyOf(cloud, call)}/${name}`);
  if (found === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `Invalid request: database "${name}" does not exist.`, {
      reason: 'databaseDoesNotExist',
    });
  }
  return found;
}

function view(instance: Instance, database: Database): unknown {
  return {
    kind: 'sql#database',
    ...database,
    instance: instance.name,
    project: instance.project,
    selfLink: `${instance.selfLink}/databases/${database.name}`,
    etag: createHash('sha256').update(`${instance.connectionName}/${database.name}`).digest('base64'),
  };
}
