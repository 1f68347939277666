import type { Cloud, Table } from './service.ts';

/** A secret in the table `secretmanager.secrets`, by `projects/<project id>/secrets/<id>`. */
export interface SecretRecord {
  projectId: string;
  id: string;
  createTime: string;
  etag: string;
  /** Number of the newest version; numbers are never used again. */
  lastVersion: number;
  /** `replication`, `labels`, `annotations`, `versionAliases`, ... as the client set them. */
  config: Record<string, unknown> & { versionAliases?: Record<string, string | number> };
}

/** A version in the table `secretmanager.versions`, by `projects/<project id>/secrets/<id>/versions/<n>`. */
export interface VersionRecord {
  secret: string;
  number: number;
  state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  createTime: string;
  destroyTime?: string;
  etag: string;
  clientSpecifiedPayloadChecksum: boolean;
  /** Base64; absent once destroyed. Every snapshot shows its digest instead. */
  payload?: { data: string; dataCrc32c: string };
}

export function secrets(cloud: Cloud): Table<SecretRecord> {
  return cloud.table<SecretRecord>('secretmanager.secrets');
}

export function versions(cloud: Cloud): Table<VersionRecord> {
  return cloud.table<VersionRecord>('secretmanager.versions');
}

/** Full name of a secret, the key of its policy. */
export function secretName(projectId: string, id: string): string {
  return `projects/${projectId}/secrets/${id}`;
}

/**
 * The version that `latest`, a number or an alias stands for, whatever its state. `latest` is the newest version that
 * exists, also when it is disabled or destroyed: Google does not fall back to an older one.
 */
export function findVersion(cloud: Cloud, secret: string, version: string): VersionRecord | undefined {
  const record = secrets(cloud).get(secret);
  if (record === undefined) return undefined;
  const alias = record.config.versionAliases?.[version];
  const number = version === 'latest' ? newestSeen(cloud, secret, record.lastVersion) : (alias ?? version);
  return versions(cloud).get(`${secret}/versions/${number}`);
}

/** A version can be read by its number at once; as `latest` it takes a while. https://cloud.google.com/secret-manager/docs/consistency */
function newestSeen(cloud: Cloud, secret: string, newest: number): number {
  let number = newest;
  while (number > 0 && !cloud.arrived('latest', `${secret}/versions/${number}`)) number -= 1;
  return number;
}

/** All versions of the secret, newest first. */
export function versionsOf(cloud: Cloud, secret: string): VersionRecord[] {
  return [...versions(cloud).values()].filter((version) => version.secret === secret).reverse();
}
