import { createHash } from 'node:crypto';
import { type Call, type Cloud, Refusal } from '../service.ts';
import { pathOfLink, type Resource, table } from './compute-resource.ts';

/** A Memorystore instance as the API shows it; its password is kept in a table of its own. */
export interface Instance extends Record<string, unknown> {
  readonly name: string;
  readonly tier: string;
  readonly memorySizeGb: number;
  readonly redisVersion: string;
  readonly state: 'CREATING' | 'READY' | 'UPDATING' | 'DELETING';
  readonly authEnabled: boolean;
  /** `projects/P/global/networks/N`. */
  readonly authorizedNetwork: string;
  readonly connectMode: string;
  readonly transitEncryptionMode: string;
  readonly labels?: Record<string, string>;
}

/** What comes with the request message. */
export type InstanceBody = Partial<Instance>;

const versions = ['REDIS_3_2', 'REDIS_4_0', 'REDIS_5_0', 'REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2'];

export function instances(cloud: Cloud) {
  return cloud.table<Instance>('redis.instances');
}

export function nameOf(call: Call, cloud: Cloud, id = call.params.instance ?? ''): string {
  const { id: project } = cloud.project(call.params.project ?? '');
  return `projects/${project}/locations/${call.params.location}/instances/${id}`;
}

export function instanceOf(call: Call, cloud: Cloud): Instance {
  const name = nameOf(call, cloud);
  const found = instances(cloud).get(name);
  if (found === undefined) throw new Refusal(404, 'NOT_FOUND', `Resource '${name}' was not found`);
  return found;
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', message);
}

export function checkVersion(version: string): string {
  if (!versions.includes(version))
    throw invalid(`Invalid redis version: ${version}. Valid are ${versions.join(', ')}.`);
  return version;
}

export function checkSize(size: unknown): number {
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 300) {
    throw invalid('Invalid value for memory_size_gb: it must be an integer between 1 and 300.');
  }
  return size;
}

/** The new instance with Google's defaults filled in. Throws for what Google refuses. */
export function newInstance(call: Call, cloud: Cloud): Instance {
  const id = call.query.get('instanceId') ?? '';
  if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(id)) {
    throw invalid(
      `Invalid instance id "${id}": it must have 1 to 40 lower-case letters, digits or hyphens, start with a letter and not end with a hyphen.`,
    );
  }
  const name = nameOf(call, cloud, id);
  const body = (call.body ?? {}) as InstanceBody;
  const { id: project } = cloud.project(call.params.project ?? '');
  if (body.tier === undefined || body.tier === 'TIER_UNSPECIFIED') throw invalid('The tier is required.');
  const location = call.params.location ?? '';
  return {
    ...body,
    name,
    displayName: body.displayName ?? '',
    locationId: body.locationId ?? `${location}-a`,
    currentLocationId: body.locationId ?? `${location}-a`,
    tier: body.tier,
    memorySizeGb: checkSize(body.memorySizeGb),
    redisVersion: checkVersion(body.redisVersion ?? 'REDIS_7_2'),
    authorizedNetwork: checkNetwork(cloud, body.authorizedNetwork ?? 'global/networks/default', project),
    connectMode: specified(body.connectMode) ?? 'DIRECT_PEERING',
    transitEncryptionMode: specified(body.transitEncryptionMode) ?? 'DISABLED',
    authEnabled: body.authEnabled ?? false,
    readReplicasMode: specified(body.readReplicasMode) ?? 'READ_REPLICAS_DISABLED',
    persistenceConfig: body.persistenceConfig ?? { persistenceMode: 'DISABLED' },
    persistenceIamIdentity: `serviceAccount:service-${cloud.project(project).number}@cloud-redis.iam.gserviceaccount.com`,
    createTime: cloud.timestamp(),
    state: 'CREATING',
  };
}

function specified(value: unknown): string | undefined {
  return typeof value === 'string' && !value.endsWith('_UNSPECIFIED') ? value : undefined;
}

function checkNetwork(cloud: Cloud, link: string, project: string): string {
  const path = pathOfLink(link, project).replace(
    /^projects\/([^/]+)/,
    (_, owner: string) => `projects/${cloud.project(owner).id}`,
  );
  if (table<Resource>(cloud, 'networks').get(path)?.ready !== true) {
    throw invalid(`Invalid authorized network "${link}": it does not exist or is not ready.`);
  }
  return path;
}

/** Where the instance answers: an address in the peered range, or in a range of its own with direct peering. */
export function endpoint(
  instance: Instance,
  cloud: Cloud,
): { host: string; port: number; reservedIpRange: string } {
  const digest = createHash('sha256').update(instance.name).digest();
  const range = [
    ...table<Resource & { network?: string; purpose?: string; address: string }>(cloud, 'addresses').values(),
  ].find(
    (address) => address.purpose === 'VPC_PEERING' && address.network?.endsWith(instance.authorizedNetwork),
  );
  const [a, b] =
    instance.connectMode === 'PRIVATE_SERVICE_ACCESS' && range !== undefined
      ? range.address.split('.').map(Number)
      : [10, 96 + ((digest[0] ?? 0) % 64)];
  const block = (digest[2] ?? 0) & 0xf8;
  return {
    host: `${a}.${b}.${digest[1]}.${block + 3}`,
    port: instance.transitEncryptionMode === 'SERVER_AUTHENTICATION' ? 6378 : 6379,
    reservedIpRange:
      range !== undefined && instance.connectMode === 'PRIVATE_SERVICE_ACCESS'
        ? range.name
        : `${a}.${b}.${digest[1]}.${block}/29`,
  };
}
