import type { Config } from './schema.ts';

/** The names that resources get when the file does not say otherwise. */

export function appName(config: Config, key: string): string {
  return config.services[key]?.app?.name ?? `${config.name}-${key}`;
}

export function workerName(config: Config, key: string): string {
  return config.services[key]?.worker?.name ?? `${config.name}-${key}-worker`;
}

export function serviceAccountId(config: Config, key: string): string {
  return config.services[key]?.service_account ?? `sa-${config.name}-${key}`;
}

export function builderAccountId(config: Config): string {
  return config.builds.service_account ?? `sa-${config.name}-builder`;
}

export function buildBucket(config: Config, project: string): string {
  return config.builds.bucket ?? `${config.name}-build-${bucketSafe(project)}`;
}

export function bucketName(config: Config, key: string, project: string): string {
  return config.buckets[key]?.name ?? `${config.name}-${key}-${bucketSafe(project)}`;
}

export function frontendBucket(config: Config, project: string): string {
  return config.frontend?.bucket ?? `${config.name}-frontend-${bucketSafe(project)}`;
}

/** Project ids of a domain, such as `example.com:web`, have characters that need a verified domain in bucket names. */
function bucketSafe(project: string): string {
  return project.replaceAll(/[:.]/g, '-');
}

/** `sa@PROJECT.iam.gserviceaccount.com`; a domain's project is written `PROJECT.DOMAIN`. */
export function serviceAccountEmail(id: string, project: string): string {
  const [domain, name] = project.split(':');
  return `${id}@${name === undefined ? project : `${name}.${domain}`}.iam.gserviceaccount.com`;
}

export interface DatabaseSecrets {
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

/** The secrets that a database brings with it. */
export function databaseSecrets(config: Config): DatabaseSecrets {
  const prefix = `${config.name}-pg`;
  return { user: `${prefix}-user`, password: `${prefix}-password`, name: `${prefix}-db` };
}

/** A name for things in SQL, which does not take hyphens without quotes. */
export function sqlName(config: Config): string {
  return config.name.replaceAll('-', '_');
}
