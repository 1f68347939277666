import { createHash } from 'node:crypto';
import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { wordsOf } from './sqladmin-databases.ts';
import { databaseHost, type Instance, invalid, keyOf, runningInstanceOf } from './sqladmin-instance.ts';
import { failWith, requireIdle, startOperation, targetOf } from './sqladmin-operations.ts';

export interface User {
  readonly name: string;
  readonly type: 'BUILT_IN';
}

interface UserBody {
  readonly name?: string;
  readonly password?: string;
  readonly type?: string;
}

/** Roles of Cloud SQL itself; the Admin API neither shows nor changes them. */
const reserved = new Set(['cloudsqladmin', 'cloudsqlsuperuser', 'cloudsqlagent', 'cloudsqlreplica']);

/** Keyed `project/instance/user`. */
export function users(cloud: Cloud) {
  return cloud.table<User>('sql.users');
}

export async function insertUser(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const body = (call.body ?? {}) as UserBody;
  const name = body.name ?? '';
  if (name === '' || name.length > 63) throw invalid('The user name must have 1 to 63 characters');
  if (reserved.has(name)) throw invalid(`The user name ${name} is reserved`);
  if (body.type !== undefined && body.type !== 'BUILT_IN') {
    throw invalid(`this emulator has no IAM database users (${body.type})`);
  }
  if (!body.password) throw invalid('Missing parameter: password');
  if (users(cloud).has(`${keyOf(cloud, call)}/${name}`)) {
    throw new Refusal(409, 'ALREADY_EXISTS', `Invalid request: user "${name}" already exists.`, {
      reason: 'userAlreadyExists',
    });
  }
  await requireIdle(cloud, instance);
  return startOperation(call, cloud, instance, {
    type: 'CREATE_USER',
    action: 'setUser',
    step: 'sql.user',
    input: { user: name, password: body.password },
  });
}

export async function updateUser(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const body = (call.body ?? {}) as UserBody;
  const { name } = userOf(call, cloud, call.query.get('name') ?? body.name);
  if (!body.password) throw invalid('Missing parameter: password');
  await requireIdle(cloud, instance);
  return startOperation(call, cloud, instance, {
    type: 'UPDATE_USER',
    action: 'setUser',
    step: 'sql.user',
    input: { user: name, password: body.password },
  });
}

export async function settleSetUser(operation: Operation, cloud: Cloud): Promise<void> {
  const name = String(operation.input.user);
  const password = String(operation.input.password);
  delete operation.input.password;
  try {
    await databaseHost(cloud).setUser(
      String(operation.input.project),
      String(operation.input.instance),
      name,
      password,
    );
  } catch (problem) {
    failWith(operation, 'ERROR_RDBMS', `failed to set user "${name}". Detail: ${wordsOf(problem)}`);
    return;
  }
  users(cloud).set(`${targetOf(operation)}/${name}`, { name, type: 'BUILT_IN' });
}

export async function getUser(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  return { status: 200, body: view(instance, userOf(call, cloud, call.params.name)) };
}

export async function listUsers(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const prefix = `${keyOf(cloud, call)}/`;
  const items = [...users(cloud).entries()]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, user]) => view(instance, user));
  return { status: 200, body: { kind: 'sql#usersList', items } };
}

export async function deleteUser(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const { name } = userOf(call, cloud, call.query.get('name') ?? undefined);
  await requireIdle(cloud, instance);
  return startOperation(call, cloud, instance, {
    type: 'DELETE_USER',
    action: 'deleteUser',
    step: 'sql.user',
    input: { user: name },
  });
}

export async function settleDeleteUser(operation: Operation, cloud: Cloud): Promise<void> {
  const name = String(operation.input.user);
  try {
    await databaseHost(cloud).dropUser(
      String(operation.input.project),
      String(operation.input.instance),
      name,
    );
  } catch (problem) {
    failWith(operation, 'ERROR_RDBMS', `failed to delete user ${name}: . Detail: ${wordsOf(problem)}`);
    return;
  }
  users(cloud).delete(`${targetOf(operation)}/${name}`);
}

function userOf(call: Call, cloud: Cloud, name: string | undefined): User {
  if (!name) throw invalid('Missing parameter: name');
  const found = users(cloud).get(`${keyOf(cloud, call)}/${name}`);
  if (found === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `Invalid request: user "${name}" does not exist.`, {
      reason: 'userDoesNotExist',
    });
  }
  return found;
}

function view(instance: Instance, user: User): unknown {
  return {
    kind: 'sql#user',
    name: user.name,
    host: '',
    type: user.type,
    instance: instance.name,
    project: instance.project,
    etag: createHash('sha256').update(`${instance.connectionName}/users/${user.name}`).digest('base64'),
  };
}
