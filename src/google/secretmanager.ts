import type { secretmanager_v1 } from '@googleapis/secretmanager';
import { Secret } from '../lib/secret.ts';
import type { Shape } from '../lib/shape.ts';
import { crc32c } from './crc32c.ts';
import { isNotFound, unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { listAll } from './paging.ts';

export type SecretResource = Shape<secretmanager_v1.Schema$Secret>;

export interface SecretVersion {
  /** The version's number, which deployments pin. */
  readonly number: string;
  readonly value: Secret;
}

export function listSecrets(google: Google, project: string): Promise<SecretResource[]> {
  return listAll<Shape<secretmanager_v1.Schema$ListSecretsResponse>, SecretResource>(
    google.transport,
    { api: 'secretmanager', method: 'GET', path: `v1/projects/${project}/secrets`, query: { pageSize: 250 } },
    (page) => page.secrets,
  );
}

export function getSecret(google: Google, project: string, secret: string): Promise<SecretResource> {
  return google.transport.send({
    api: 'secretmanager',
    method: 'GET',
    path: `v1/projects/${project}/secrets/${secret}`,
  });
}

export function createSecret(
  google: Google,
  project: string,
  secret: string,
  labels: Readonly<Record<string, string>>,
): Promise<SecretResource> {
  return google.transport.send({
    api: 'secretmanager',
    method: 'POST',
    path: `v1/projects/${project}/secrets`,
    query: { secretId: secret },
    body: { replication: { automatic: {} }, labels },
    repeatable: true,
  });
}

/** With all its versions and at once: nothing brings it back. That it is gone already is as good. */
export async function deleteSecret(google: Google, project: string, secret: string): Promise<void> {
  await unlessGone(
    google.transport.send({
      api: 'secretmanager',
      method: 'DELETE',
      path: `v1/projects/${project}/secrets/${secret}`,
    }),
  );
}

/** Takes these labels in place of those that are there. Refused when somebody wrote since that `etag` was read. */
export function setSecretLabels(
  google: Google,
  project: string,
  secret: string,
  labels: Readonly<Record<string, string>>,
  etag?: string,
): Promise<SecretResource> {
  return google.transport.send({
    api: 'secretmanager',
    method: 'PATCH',
    path: `v1/projects/${project}/secrets/${secret}`,
    query: { updateMask: 'labels' },
    body: { labels, ...(etag === undefined ? {} : { etag }) },
  });
}

/** The newest version and its value; `undefined` when there is no version or it is disabled or destroyed. */
export async function latestVersion(
  google: Google,
  project: string,
  secret: string,
): Promise<SecretVersion | undefined> {
  try {
    const answer = await google.transport.send<Shape<secretmanager_v1.Schema$AccessSecretVersionResponse>>({
      api: 'secretmanager',
      method: 'GET',
      path: `v1/projects/${project}/secrets/${secret}/versions/latest:access`,
    });
    const data = Buffer.from(answer.payload?.data ?? '', 'base64');
    const { dataCrc32c } = answer.payload ?? {};
    if (dataCrc32c && String(dataCrc32c) !== String(crc32c(data))) {
      throw new Error(`the value of secret ${secret} was damaged on its way`);
    }
    return { number: answer.name?.split('/').at(-1) ?? '', value: new Secret(data.toString('utf8')) };
  } catch (error) {
    // A disabled or destroyed version answers FAILED_PRECONDITION.
    if (isNotFound(error) || isDisabled(error)) return undefined;
    throw error;
  }
}

/**
 * The number of the newest enabled version, without its value: what a deployment pins. `undefined` when there is none.
 */
export async function latestVersionNumber(
  google: Google,
  project: string,
  secret: string,
): Promise<string | undefined> {
  const version = await google.transport
    .send<Shape<secretmanager_v1.Schema$SecretVersion>>({
      api: 'secretmanager',
      method: 'GET',
      path: `v1/projects/${project}/secrets/${secret}/versions/latest`,
    })
    .catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  return version?.state === 'ENABLED' ? version.name?.split('/').at(-1) : undefined;
}

/** Adds a version of exactly these bytes and returns its number. */
export async function addVersion(
  google: Google,
  project: string,
  secret: string,
  value: Secret,
): Promise<string> {
  const data = Buffer.from(value.reveal(), 'utf8');
  const version = await google.transport.send<Shape<secretmanager_v1.Schema$SecretVersion>>({
    api: 'secretmanager',
    method: 'POST',
    path: `v1/projects/${project}/secrets/${secret}:addVersion`,
    body: { payload: { data: data.toString('base64'), dataCrc32c: String(crc32c(data)) } },
  });
  return version.name?.split('/').at(-1) ?? '';
}

/** Numbers of the enabled versions, newest first. */
export async function enabledVersions(
  google: Google,
  project: string,
  secret: string,
): Promise<readonly string[]> {
  const versions = await listAll<
    Shape<secretmanager_v1.Schema$ListSecretVersionsResponse>,
    Shape<secretmanager_v1.Schema$SecretVersion>
  >(
    google.transport,
    {
      api: 'secretmanager',
      method: 'GET',
      path: `v1/projects/${project}/secrets/${secret}/versions`,
      query: { pageSize: 250, filter: 'state:ENABLED' },
    },
    (page) => page.versions,
  );
  return versions
    .filter(({ state }) => state === 'ENABLED')
    .map(({ name }) => name?.split('/').at(-1) ?? '')
    .sort((a, b) => Number(b) - Number(a));
}

/** A disabled version can be enabled again; nothing is lost. */
export async function disableVersion(
  google: Google,
  project: string,
  secret: string,
  number: string,
): Promise<void> {
  await google.transport.send({
    api: 'secretmanager',
    method: 'POST',
    path: `v1/projects/${project}/secrets/${secret}/versions/${number}:disable`,
    body: {},
    repeatable: true,
  });
}

function isDisabled(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'status' in error && error.status === 'FAILED_PRECONDITION'
  );
}
