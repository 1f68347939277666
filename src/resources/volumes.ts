/**
 * What is mounted into the containers of a workload: the Cloud SQL socket, secrets as files, buckets and folders in
 * memory. https://cloud.google.com/run/docs/reference/rest/v2/Volume
 */
import { posix } from 'node:path';
import type { Service, Volume } from '../config/deployment.ts';
import type { RunContainer, RunService } from '../google/run.ts';
import type { Context } from './context.ts';
import { versionOf } from './secret-version.ts';
import type { Release } from './workload.ts';

type RunVolume = NonNullable<NonNullable<RunService['template']>['volumes']>[number];
type Mounts = NonNullable<RunContainer['volumeMounts']>;

/** In the order of their paths, so that the order in deploy.yaml makes no revision. */
export function volumesOf({ deployment }: Context, service: Service, release: Release): readonly RunVolume[] {
  return [
    ...(service.cloudSql && deployment.database
      ? [{ name: 'cloudsql', cloudSqlInstance: { instances: [deployment.database.connectionName] } }]
      : []),
    ...secretFolders(service).map(({ name, secret, files }) => ({
      name,
      secret: { secret, items: files.map((path) => ({ path, version: versionOf(release, secret) })) },
    })),
    ...(service.volumes ?? []).map((volume, index) => ({ name: nameOf(index), ...sourceOf(volume) })),
  ];
}

/** The same for every container of an instance. */
export function mountsOf(service: Service): Mounts {
  return [
    ...(service.cloudSql ? [{ name: 'cloudsql', mountPath: '/cloudsql' }] : []),
    ...secretFolders(service).map(({ name, folder }) => ({ name, mountPath: folder })),
    ...(service.volumes ?? []).map(({ path }, index) => ({ name: nameOf(index), mountPath: path })),
  ];
}

const nameOf = (index: number): string => `volume-${index + 1}`;

/** What the other kinds have is wanted absent, since a volume that changes its kind keeps its name. */
function sourceOf({ source }: Volume): RunVolume {
  if (source.kind === 'memory')
    return { emptyDir: { medium: 'MEMORY', sizeLimit: source.size }, gcs: undefined };
  const { bucket, readOnly, mountOptions } = source;
  return { gcs: { bucket, readOnly, mountOptions: [...mountOptions] }, emptyDir: undefined };
}

interface SecretFolder {
  /** Of the volume. */
  readonly name: string;
  readonly folder: string;
  readonly secret: string;
  /** Names within the folder, sorted. */
  readonly files: readonly string[];
}

function secretFolders(service: Service): readonly SecretFolder[] {
  const entries = Object.entries(service.secretFiles ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const folders = new Map<string, { secret: string; files: string[] }>();
  for (const [file, { secret }] of entries) {
    const folder = posix.dirname(file);
    const known = folders.get(folder) ?? { secret, files: [] };
    folders.set(folder, { ...known, files: [...known.files, posix.basename(file)] });
  }
  return [...folders].map(([folder, rest], index) => ({ name: `secret-${index + 1}`, folder, ...rest }));
}
