import { type Call, type Cloud, Refusal } from '../service.ts';

/** A Cloud SQL instance as the Admin API shows it. Passwords are never part of it. */
export interface Instance {
  kind: 'sql#instance';
  name: string;
  project: string;
  region: string;
  gceZone: string;
  databaseVersion: string;
  databaseInstalledVersion: string;
  state: 'PENDING_CREATE' | 'RUNNABLE' | 'PENDING_DELETE' | 'FAILED' | 'MAINTENANCE';
  connectionName: string;
  backendType: 'SECOND_GEN';
  instanceType: 'CLOUD_SQL_INSTANCE';
  createTime: string;
  etag: string;
  selfLink: string;
  serviceAccountEmailAddress: string;
  ipAddresses?: { type: 'PRIMARY' | 'PRIVATE' | 'OUTGOING'; ipAddress: string }[];
  serverCaCert?: { kind: 'sql#sslCert'; cert: string; commonName: string; instance: string };
  settings: Settings;
}

/** The settings that the emulator looks at; whatever else the message allows is kept and shown. */
export interface Settings extends Record<string, unknown> {
  kind?: 'sql#settings';
  tier?: string;
  edition?: string;
  settingsVersion?: string;
  dataDiskSizeGb?: string;
  deletionProtectionEnabled?: boolean;
  ipConfiguration?: IpConfiguration;
  backupConfiguration?: Record<string, unknown>;
}

interface IpConfiguration extends Record<string, unknown> {
  ipv4Enabled?: boolean;
  privateNetwork?: string;
}

export function instances(cloud: Cloud) {
  return cloud.table<Instance>('sql.instances');
}

/** Names of deleted instances, with the time (ms) until which they stay taken. */
export function reservedNames(cloud: Cloud) {
  return cloud.table<{ until: number }>('sql.reservedNames');
}

export function keyOf(cloud: Cloud, call: Call, name = call.params.instance ?? ''): string {
  return `${cloud.project(call.params.project ?? '').id}/${name}`;
}

/** The instance that the call's path names. */
export function instanceOf(cloud: Cloud, call: Call): Instance {
  const found = instances(cloud).get(keyOf(cloud, call));
  if (found === undefined) {
    throw new Refusal(404, 'NOT_FOUND', 'The Cloud SQL instance does not exist.', {
      reason: 'instanceDoesNotExist',
    });
  }
  return found;
}

/** The same, and it must be up: databases, users and connections need a running server. */
export function runningInstanceOf(cloud: Cloud, call: Call): Instance {
  const found = instanceOf(cloud, call);
  if (found.state !== 'RUNNABLE') {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'Invalid request: Invalid request since instance is not running.',
      {
        reason: 'invalidState',
      },
    );
  }
  return found;
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Invalid request: ${message}.`, { reason: 'invalid' });
}

export function databaseHost(cloud: Cloud) {
  if (cloud.postgres === undefined) {
    throw new Refusal(
      501,
      'UNIMPLEMENTED',
      'This emulator was started without PostgreSQL, so it has no Cloud SQL.',
      {
        reason: 'notImplemented',
      },
    );
  }
  return cloud.postgres;
}
