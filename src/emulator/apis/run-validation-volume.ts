import { invalid, type Template, type Volume } from './run-resource.ts';
import { gibibytes } from './run-validation-resources.ts';

/** In the API's own spelling, for messages. */
const kinds = {
  secret: 'secret',
  cloudSqlInstance: 'cloud_sql_instance',
  emptyDir: 'empty_dir',
  gcs: 'gcs',
  nfs: 'nfs',
} as const;

type Kind = keyof typeof kinds;

/** The volumes by name. Throws for one that Cloud Run would refuse; `where` is the template's path. */
export function checkVolumes(template: Template, where: string): ReadonlyMap<string, Volume> {
  const volumes = new Map<string, Volume>();
  for (const [index, volume] of (template.volumes ?? []).entries()) {
    const at = `${where}.volumes[${index}]`;
    const name = volume.name ?? '';
    if (name === '') throw invalid(`${at}.name: Required field is missing`);
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.length > 63) {
      throw invalid(`${at}.name: "${name}" must be a DNS label of at most 63 characters`);
    }
    if (volumes.has(name)) throw invalid(`${at}.name: "${name}" is specified more than once`);
    checkVolume(volume, at, template);
    volumes.set(name, volume);
  }
  return volumes;
}

function checkVolume(volume: Volume, at: string, template: Template): void {
  const given = (Object.keys(kinds) as Kind[]).filter((kind) => volume[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw invalid(`${at}: exactly one of ${Object.values(kinds).join(', ')} must be set`);
  }
  const path = `${at}.${kinds[kind]}`;
  // https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts
  const mounted = kind === 'gcs' || kind === 'nfs';
  if (mounted && template.executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN1') {
    throw invalid(`${path}: needs the second generation execution environment`);
  }
  checks[kind](volume, path);
}

const checks: Readonly<Record<Kind, (volume: Volume, path: string) => void>> = {
  secret: ({ secret }, path) => checkSecret(secret, path),
  cloudSqlInstance: ({ cloudSqlInstance }, path) => checkDatabase(cloudSqlInstance, path),
  emptyDir: ({ emptyDir }, path) => checkMemory(emptyDir, path),
  gcs: ({ gcs }, path) => checkBucket(gcs, path),
  nfs: ({ nfs }, path) => checkFileServer(nfs, path),
};

function checkSecret(secret: Volume['secret'], path: string): void {
  if (!secret?.secret) throw invalid(`${path}.secret: Required field is missing`);
  if (!/^(projects\/[^/]+\/secrets\/)?[A-Za-z0-9_-]{1,255}$/.test(secret.secret)) {
    throw invalid(`${path}.secret: "${secret.secret}" is not a secret's name`);
  }
  checkMode(secret.defaultMode, `${path}.default_mode`);
  for (const [index, item] of (secret.items ?? []).entries()) {
    const at = `${path}.items[${index}]`;
    if (!item.path) throw invalid(`${at}.path: Required field is missing`);
    if (item.path.startsWith('/') || item.path.split('/').includes('..')) {
      throw invalid(`${at}.path: "${item.path}" must be relative and without ".."`);
    }
    checkMode(item.mode, `${at}.mode`);
  }
}

/** Bits of a file's permissions. */
function checkMode(mode: number | undefined, path: string): void {
  if (mode === undefined || (Number.isInteger(mode) && mode >= 0 && mode <= 0o777)) return;
  throw invalid(`${path}: must be between 0 and 511 (0777)`);
}

function checkDatabase(database: Volume['cloudSqlInstance'], path: string): void {
  if (!database?.instances?.length) throw invalid(`${path}.instances: at least one is required`);
  for (const instance of database.instances) {
    if (/^([a-z0-9.-]+:)?[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]+$/.test(instance)) continue;
    throw invalid(`${path}.instances: "${instance}" must be of the form PROJECT:REGION:INSTANCE`);
  }
}

function checkMemory(memory: Volume['emptyDir'], path: string): void {
  if (memory?.sizeLimit && gibibytes(memory.sizeLimit) === undefined) {
    throw invalid(`${path}.size_limit: "${memory.sizeLimit}" is not a quantity such as 512Mi`);
  }
}

function checkBucket(bucket: Volume['gcs'], path: string): void {
  if (!bucket?.bucket) throw invalid(`${path}.bucket: Required field is missing`);
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket.bucket)) {
    throw invalid(`${path}.bucket: "${bucket.bucket}" is not a bucket's name`);
  }
}

function checkFileServer(server: Volume['nfs'], path: string): void {
  if (!server?.server) throw invalid(`${path}.server: Required field is missing`);
  if (!server.path?.startsWith('/')) throw invalid(`${path}.path: "${server.path ?? ''}" must be absolute`);
}
