/**
 * Final backups: taken while an instance is deleted, and kept apart from it until they expire.
 * https://cloud.google.com/sql/docs/postgres/backup-recovery/final-backup
 */
import { type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { page, uuid } from './listing.ts';
import { type Instance, invalid } from './sqladmin-instance.ts';

interface Backup {
  readonly kind: 'sql#backup';
  readonly name: string;
  readonly type: 'FINAL';
  readonly state: 'SUCCESSFUL';
  /** `projects/P/instances/I`. */
  readonly instance: string;
  readonly description?: string;
  readonly databaseVersion: string;
  readonly location: string;
  readonly backupInterval: { readonly startTime: string; readonly endTime: string };
  readonly instanceDeletionTime: string;
  readonly expiryTime: string;
}

function backups(cloud: Cloud) {
  return cloud.table<Backup>('sql.backups');
}

const day = 24 * 60 * 60_000;

/** What the deletion asks to be kept: plain JSON for its operation, `undefined` when nothing is. */
export function finalBackupIn(
  call: Call,
  cloud: Cloud,
): { description?: string; expiryTime: string } | undefined {
  const { query } = call;
  const [description, days, expiry] = [
    query.get('finalBackupDescription'),
    query.get('finalBackupTtlDays'),
    query.get('finalBackupExpiryTime'),
  ];
  if (query.get('enableFinalBackup') !== 'true') return undefined;
  if (days !== null && expiry !== null)
    throw invalid('finalBackupTtlDays and finalBackupExpiryTime exclude each other');
  if (days !== null && !(Number.isInteger(Number(days)) && Number(days) >= 1 && Number(days) <= 365))
    throw invalid('finalBackupTtlDays must be between 1 and 365');
  const until = new Date(cloud.clock.now() + Number(days ?? 30) * day).toISOString();
  return { ...(description === null ? {} : { description }), expiryTime: expiry ?? until };
}

export function keepFinalBackup(
  cloud: Cloud,
  instance: Instance,
  wanted: { description?: string; expiryTime: string },
): void {
  const name = `projects/${instance.project}/backups/${uuid(cloud, 'sql.backup')}`;
  const now = cloud.timestamp();
  backups(cloud).set(name, {
    kind: 'sql#backup',
    name,
    type: 'FINAL',
    state: 'SUCCESSFUL',
    instance: `projects/${instance.project}/instances/${instance.name}`,
    ...wanted,
    databaseVersion: instance.databaseVersion,
    location: instance.region,
    backupInterval: { startTime: now, endTime: now },
    instanceDeletionTime: now,
  });
}

export function listBackups(call: Call, cloud: Cloud): Reply {
  const { id } = cloud.project(call.params.project ?? '');
  const wanted = filterOf(call.query.get('filter'));
  const own = [...backups(cloud).values()].filter(
    (backup) =>
      backup.name.startsWith(`projects/${id}/`) &&
      backup.expiryTime > cloud.timestamp() &&
      (wanted.type === undefined || backup.type === wanted.type) &&
      (wanted.instance === undefined || backup.instance.endsWith(`/${wanted.instance}`)),
  );
  const { items, ...rest } = page(own, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { backups: items } : {}), ...rest } };
}

export function getBackup(call: Call, cloud: Cloud): Reply {
  const { id } = cloud.project(call.params.project ?? '');
  const found = backups(cloud).get(`projects/${id}/backups/${call.params.backup}`);
  if (found !== undefined) return { status: 200, body: found };
  throw new Refusal(404, 'NOT_FOUND', 'The backup does not exist.', { reason: 'backupDoesNotExist' });
}

/** `instance:NAME AND type:FINAL`, in either order; other filters are refused. */
function filterOf(filter: string | null): { instance?: string; type?: string } {
  const terms = (filter ?? '').split(/\s+AND\s+|\s+/).filter((term) => term !== '');
  return Object.fromEntries(
    terms.map((term) => {
      const match = /^(instance|type)[:=]"?([\w-]+)"?$/.exec(term);
      if (match === null) throw invalid(`this emulator knows no filter "${term}"`);
      return [match[1], match[2]];
    }),
  );
}
