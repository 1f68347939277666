import { crc32c } from '../checksums.ts';
import { deletePolicy, policyRoutes } from '../iam/policies.ts';
import { type Api, type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import {
  findVersion,
  type SecretRecord,
  secretName,
  secrets,
  type VersionRecord,
  versions,
  versionsOf,
} from '../stored-secrets.ts';
import { maskedPaths } from '../update-mask.ts';
import { page } from './listing.ts';
import { checkLabels, checkReplication } from './secretmanager-checks.ts';
import { secretFilter } from './secretmanager-filter.ts';

/** Bytes. https://cloud.google.com/secret-manager/quotas */
const largestPayload = 65_536;

const secretsPath = '/v1/projects/{project}/secrets';
const secretPath = `${secretsPath}/{secret}`;
const versionPath = `${secretPath}/versions/{version}`;
const id = 'secretmanager.projects.secrets';

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets */
export const secretmanagerApi: Api = {
  name: 'secretmanager.googleapis.com',
  title: 'Secret Manager API',
  needsEnabling: true,
  messages: 'secretmanager',
  errors: 'rpc',
  denied: (_principal, permission, resource) =>
    new Refusal(
      403,
      'PERMISSION_DENIED',
      `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`,
      { reason: 'IAM_PERMISSION_DENIED', metadata: { permission, resource } },
    ),
  notModelled: [
    'Rotation, topics and expiry: the fields are kept and nothing follows from them.',
    'Regional secrets.',
    'Delayed destruction of versions.',
  ],
  routes: [
    {
      method: 'POST',
      path: secretsPath,
      id: `${id}.create`,
      permission: 'secretmanager.secrets.create',
      message: 'Secret',
      step: 'secret.create',
      handle: createSecret,
    },
    {
      method: 'GET',
      path: secretsPath,
      id: `${id}.list`,
      permission: 'secretmanager.secrets.list',
      handle: listSecrets,
    },
    {
      method: 'GET',
      path: secretPath,
      id: `${id}.get`,
      permission: 'secretmanager.secrets.get',
      resource: secretResource,
      handle: (call, cloud) => ({ status: 200, body: shownSecret(secretOf(call, cloud), cloud) }),
    },
    {
      method: 'PATCH',
      path: secretPath,
      id: `${id}.patch`,
      permission: 'secretmanager.secrets.update',
      resource: secretResource,
      message: 'Secret',
      handle: patchSecret,
    },
    {
      method: 'DELETE',
      path: secretPath,
      id: `${id}.delete`,
      permission: 'secretmanager.secrets.delete',
      resource: secretResource,
      handle: deleteSecret,
    },
    {
      method: 'POST',
      path: `${secretPath}:addVersion`,
      id: `${id}.addVersion`,
      permission: 'secretmanager.versions.add',
      resource: secretResource,
      message: 'AddSecretVersionRequest',
      step: 'secret.version',
      handle: addVersion,
    },
    {
      method: 'GET',
      path: `${secretPath}/versions`,
      id: `${id}.versions.list`,
      permission: 'secretmanager.versions.list',
      resource: secretResource,
      handle: listVersions,
    },
    {
      method: 'GET',
      path: versionPath,
      id: `${id}.versions.get`,
      permission: 'secretmanager.versions.get',
      resource: versionResource,
      handle: (call, cloud) => ({ status: 200, body: shownVersion(versionOf(call, cloud), cloud) }),
    },
    {
      method: 'GET',
      path: `${versionPath}:access`,
      id: `${id}.versions.access`,
      permission: 'secretmanager.versions.access',
      resource: versionResource,
      handle: accessVersion,
    },
    stateRoute('enable', 'EnableSecretVersionRequest', 'ENABLED'),
    stateRoute('disable', 'DisableSecretVersionRequest', 'DISABLED'),
    stateRoute('destroy', 'DestroySecretVersionRequest', 'DESTROYED'),
    ...policyRoutes({
      path: secretPath,
      id,
      permissions: 'secretmanager.secrets',
      resource: secretResource,
      get: 'GET',
      exists: (call, cloud) => {
        secretOf(call, cloud);
      },
    }),
  ],
};

function secretResource(call: Call): string {
  return secretName(call.params.project ?? '', call.params.secret ?? '');
}

function versionResource(call: Call): string {
  return `${secretResource(call)}/versions/${call.params.version ?? ''}`;
}

/** The secret's name as the API shows it: with the project's number. */
function shownName(cloud: Cloud, secret: SecretRecord): string {
  return secretName(cloud.project(secret.projectId).number, secret.id);
}

function secretOf(call: Call, cloud: Cloud): SecretRecord {
  const project = cloud.project(call.params.project ?? '');
  const secretId = call.params.secret ?? '';
  const secret = secrets(cloud).get(secretName(project.id, secretId));
  if (secret === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `Secret [${secretName(project.number, secretId)}] not found.`);
  }
  return secret;
}

function versionOf(call: Call, cloud: Cloud): VersionRecord {
  const secret = secretOf(call, cloud);
  const wanted = call.params.version ?? '';
  const version = findVersion(cloud, secretName(secret.projectId, secret.id), wanted);
  if (version === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `Secret [${shownName(cloud, secret)}] not found or has no versions.`);
  }
  return version;
}

function shownSecret(secret: SecretRecord, cloud: Cloud): Record<string, unknown> {
  return {
    name: shownName(cloud, secret),
    createTime: secret.createTime,
    ...secret.config,
    etag: secret.etag,
  };
}

function shownVersion(version: VersionRecord, cloud: Cloud): Record<string, unknown> {
  return {
    name: versionName(version, cloud),
    createTime: version.createTime,
    ...(version.destroyTime === undefined ? {} : { destroyTime: version.destroyTime }),
    state: version.state,
    replicationStatus: { automatic: {} },
    etag: version.etag,
    ...(version.clientSpecifiedPayloadChecksum ? { clientSpecifiedPayloadChecksum: true } : {}),
  };
}

function versionName(version: VersionRecord, cloud: Cloud): string {
  const [, projectId = '', secretId = ''] = /^projects\/([^/]+)\/secrets\/(.+)$/.exec(version.secret) ?? [];
  return `${secretName(cloud.project(projectId).number, secretId)}/versions/${version.number}`;
}

/** Secret Manager's etags stand in quotes. */
function newEtag(cloud: Cloud): string {
  return `"${cloud.hex(14, 'secretmanager.etag')}"`;
}

function createSecret(call: Call, cloud: Cloud): Reply {
  const project = cloud.project(call.params.project ?? '');
  const secretId = call.query.get('secretId') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(secretId)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'The provided Secret ID does not match the expected format [[a-zA-Z_0-9]+].',
    );
  }
  const { etag: _etag, ...config } = (call.body ?? {}) as Record<string, unknown>;
  const replication = config.replication as Record<string, unknown> | undefined;
  if (replication === undefined || Object.keys(replication).length !== 1) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'Secret.replication is required and must be either automatic or user_managed.',
    );
  }
  checkReplication(replication);
  checkLabels(config.labels);
  const name = secretName(project.id, secretId);
  if (secrets(cloud).has(name)) {
    throw new Refusal(
      409,
      'ALREADY_EXISTS',
      `Secret [${secretName(project.number, secretId)}] already exists.`,
    );
  }
  const secret: SecretRecord = {
    projectId: project.id,
    id: secretId,
    createTime: cloud.timestamp(),
    etag: newEtag(cloud),
    lastVersion: 0,
    config,
  };
  secrets(cloud).set(name, secret);
  cloud.spread('list', name);
  return { status: 200, body: shownSecret(secret, cloud) };
}

function listSecrets(call: Call, cloud: Cloud): Reply {
  const project = cloud.project(call.params.project ?? '');
  const matches = secretFilter(call.query.get('filter') ?? '');
  const found = [...secrets(cloud).values()].filter(
    (secret) =>
      secret.projectId === project.id &&
      cloud.arrived('list', secretName(project.id, secret.id)) &&
      matches(secret, shownName(cloud, secret)),
  );
  const { items, nextPageToken } = page(found, call.query, { largest: 25_000 });
  return {
    status: 200,
    body: {
      ...(items.length === 0 ? {} : { secrets: items.map((secret) => shownSecret(secret, cloud)) }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      totalSize: found.length,
    },
  };
}

const changeable = [
  'labels',
  'annotations',
  'versionAliases',
  'rotation',
  'topics',
  'expireTime',
  'ttl',
  'versionDestroyTtl',
];

function patchSecret(call: Call, cloud: Cloud): Reply {
  const secret = secretOf(call, cloud);
  const { etag, ...body } = (call.body ?? {}) as Record<string, unknown>;
  checkEtag(etag, secret.etag);
  const paths = maskedPaths(call, {
    api: 'secretmanager',
    message: 'Secret',
    changeable,
    current: secret.config,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) => new Refusal(400, 'INVALID_ARGUMENT', `The field ${path} cannot be updated.`),
  });
  if (paths === undefined) throw new Refusal(400, 'INVALID_ARGUMENT', 'The update mask must not be empty.');
  const config = { ...secret.config };
  for (const [field] of paths) {
    const value = body[field];
    if (value === undefined) delete config[field];
    else config[field] = value;
  }
  checkLabels(config.labels);
  for (const [alias, number] of Object.entries(config.versionAliases ?? {})) {
    if (findVersion(cloud, secretName(secret.projectId, secret.id), String(number)) === undefined) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `The alias ${alias} names version ${number}, which does not exist.`,
      );
    }
  }
  secret.config = config;
  secret.etag = newEtag(cloud);
  return { status: 200, body: shownSecret(secret, cloud) };
}

function checkEtag(given: unknown, current: string): void {
  if (typeof given === 'string' && given !== '' && given !== current) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `The etag provided in the request (${given}) does not match the current etag (${current}).`,
    );
  }
}

function deleteSecret(call: Call, cloud: Cloud): Reply {
  const secret = secretOf(call, cloud);
  checkEtag(call.query.get('etag') ?? undefined, secret.etag);
  const name = secretName(secret.projectId, secret.id);
  for (const version of versionsOf(cloud, name)) versions(cloud).delete(`${name}/versions/${version.number}`);
  secrets(cloud).delete(name);
  deletePolicy(cloud, name);
  return { status: 200, body: {} };
}

function addVersion(call: Call, cloud: Cloud): Reply {
  const secret = secretOf(call, cloud);
  const { payload } = (call.body ?? {}) as { payload?: { data?: string; dataCrc32c?: string } };
  if (payload?.data === undefined) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The request is missing the required field: payload');
  }
  const bytes = Buffer.from(payload.data, 'base64');
  if (bytes.byteLength > largestPayload) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'The payload is too large: the secret data must be at most 64 KiB.',
    );
  }
  const checksum = String(crc32c(bytes));
  if (payload.dataCrc32c !== undefined && payload.dataCrc32c !== checksum) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `The provided checksum ${payload.dataCrc32c} does not match the checksum of the received payload.`,
    );
  }
  const name = secretName(secret.projectId, secret.id);
  secret.lastVersion += 1;
  const version: VersionRecord = {
    secret: name,
    number: secret.lastVersion,
    state: 'ENABLED',
    createTime: cloud.timestamp(),
    etag: newEtag(cloud),
    clientSpecifiedPayloadChecksum: payload.dataCrc32c !== undefined,
    payload: { data: bytes.toString('base64'), dataCrc32c: checksum },
  };
  versions(cloud).set(`${name}/versions/${version.number}`, version);
  cloud.spread('latest', `${name}/versions/${version.number}`);
  cloud.spread('list', `${name}/versions/${version.number}`);
  return { status: 200, body: shownVersion(version, cloud) };
}

function listVersions(call: Call, cloud: Cloud): Reply {
  const secret = secretOf(call, cloud);
  const filter = call.query.get('filter') ?? '';
  const state = /^\s*state\s*[:=]\s*(ENABLED|DISABLED|DESTROYED)\s*$/.exec(filter)?.[1];
  if (filter !== '' && state === undefined) {
    throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid filter: "${filter}"`);
  }
  const found = versionsOf(cloud, secretName(secret.projectId, secret.id)).filter(
    (version) =>
      (state === undefined || version.state === state) &&
      cloud.arrived('list', `${version.secret}/versions/${version.number}`),
  );
  const { items, nextPageToken } = page(found, call.query, { largest: 25_000 });
  return {
    status: 200,
    body: {
      ...(items.length === 0 ? {} : { versions: items.map((version) => shownVersion(version, cloud)) }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      totalSize: found.length,
    },
  };
}

function accessVersion(call: Call, cloud: Cloud): Reply {
  const version = versionOf(call, cloud);
  const name = versionName(version, cloud);
  if (version.state !== 'ENABLED') {
    throw new Refusal(400, 'FAILED_PRECONDITION', `Secret Version [${name}] is in ${version.state} state.`);
  }
  if (version.payload === undefined || version.payload.data.startsWith('sha256:')) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `The payload of [${name}] is not in the state file that the emulator was started from.`,
    );
  }
  return { status: 200, body: { name, payload: version.payload } };
}

function stateRoute(verb: string, message: string, state: VersionRecord['state']): Route {
  return {
    method: 'POST',
    path: `${versionPath}:${verb}`,
    id: `${id}.versions.${verb}`,
    permission: `secretmanager.versions.${verb}`,
    resource: versionResource,
    message,
    handle: (call, cloud) => {
      const version = versionOf(call, cloud);
      const { etag } = (call.body ?? {}) as { etag?: string };
      checkEtag(etag, version.etag);
      if (version.state === 'DESTROYED') {
        throw new Refusal(
          400,
          'FAILED_PRECONDITION',
          `Secret Version [${versionName(version, cloud)}] is already in DESTROYED state and cannot be changed.`,
        );
      }
      version.state = state;
      version.etag = newEtag(cloud);
      if (state === 'DESTROYED') {
        delete version.payload;
        version.destroyTime = cloud.timestamp();
      }
      return { status: 200, body: shownVersion(version, cloud) };
    },
  };
}
