/** What a promotion would change in the environment that it goes to: pure, and named by its digest. */
import type { Service, Worker } from '../config/deployment.ts';
import type { FieldChange } from '../engine/change.ts';
import { contentDigest } from '../lib/canonical-json.ts';
import { shortImage } from '../resources/workload-changes.ts';
import { type LiveService, type LiveWorkload, tasksText, workloadsOf } from './live.ts';
import type { ReleaseManifest } from './manifest.ts';

/** What a workload is to be after the promotion. */
export interface WantedWorkload {
  readonly name: string;
  readonly image: string;
  /** By name; `undefined` of those that only the environment that it goes to has, whose images its own file says. */
  readonly sidecars: Readonly<Record<string, string | undefined>>;
  readonly env: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly scaling: string;
}

export interface WantedService {
  readonly key: string;
  readonly app?: WantedWorkload;
  readonly worker?: WantedWorkload;
}

export interface WorkloadDifference {
  readonly service: string;
  readonly kind: 'app' | 'worker';
  readonly name: string;
  /** Whether the workload is not there yet. */
  readonly isNew: boolean;
  /** Images by digest, variables by name, secrets by version; never a value. */
  readonly fields: readonly FieldChange[];
}

/**
 * What the file asks for in the environment, with the images that were verified in the one before, by the names of
 * ImageSource. `versions` is the
 * newest version of each secret there; a secret without one gets its first when the environment is provisioned.
 */
export function wantedServices(
  services: readonly Service[],
  images: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string | undefined>>,
): readonly WantedService[] {
  return services.map((service) => {
    const { key, app, worker } = service;
    const content = (part: 'app' | 'worker') => contentOf(service, part, images, versions);
    return {
      key,
      ...(app && {
        app: {
          ...content('app'),
          name: app.name,
          scaling: `${app.minInstances} to ${app.maxInstances} instances`,
        },
      }),
      ...(worker && { worker: { ...content('worker'), name: worker.name, scaling: scalingOf(worker) } }),
    };
  });
}

function contentOf(
  service: Service,
  part: 'app' | 'worker',
  images: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string | undefined>>,
): Pick<WantedWorkload, 'image' | 'sidecars' | 'env' | 'secrets'> {
  const sidecars = (service.sidecars ?? []).filter(({ beside }) => beside.includes(part));
  const containers = [
    { prefix: '', ...service },
    ...sidecars.map((sidecar) => ({ prefix: `${sidecar.name}.`, ...sidecar })),
  ];
  return {
    image: images[service.key] ?? '',
    sidecars: Object.fromEntries(sidecars.map(({ name }) => [name, images[`${service.key}/${name}`]])),
    env: containers.flatMap(({ prefix, env }) => Object.keys(env).map((name) => `${prefix}${name}`)).sort(),
    secrets: Object.fromEntries(
      containers.flatMap(({ prefix, secrets }) =>
        Object.entries(secrets).map(([name, { secret }]) => [
          `${prefix}${name}`,
          `${secret}:${versions[secret] ?? 'new'}`,
        ]),
      ),
    ),
  };
}

function scalingOf({ runtime, instances, execution }: Worker): string {
  if (runtime === 'job') return tasksText(execution?.tasks ?? 1, execution?.parallelism);
  return runtime === 'service' ? `${instances} to ${instances} instances` : `${instances} instances`;
}

/**
 * The images by the names of ImageSource, as the revisions have them that serve. App and worker of a service run the
 * same, and so do the sidecars beside both.
 */
export function imagesOf(live: readonly LiveService[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    live.flatMap((service) => {
      const workloads = workloadsOf(service).map(([, workload]) => workload);
      const sidecars = workloads.flatMap((workload) => Object.entries(workload.sidecars));
      return [
        [service.key, workloads[0]?.image ?? ''],
        ...sidecars.map(([name, image]) => [`${service.key}/${name}`, image]),
      ];
    }),
  );
}

export function differences(
  wanted: readonly WantedService[],
  live: readonly LiveService[],
): readonly WorkloadDifference[] {
  return wanted.flatMap((service) => {
    const now = live.find(({ key }) => key === service.key);
    return (['app', 'worker'] as const).flatMap((kind): WorkloadDifference[] => {
      const want = service[kind];
      if (!want) return [];
      const have = now?.[kind];
      const fields = fieldsOf(want, have);
      const difference = { service: service.key, kind, name: want.name, isNew: !have, fields };
      return fields.length > 0 ? [difference] : [];
    });
  });
}

function fieldsOf(want: WantedWorkload, have: LiveWorkload | undefined): readonly FieldChange[] {
  const wanted = flat(want);
  const had = have ? flat(have) : new Map<string, string>();
  const names = [...new Set([...wanted.keys(), ...had.keys()])];
  return names.flatMap((field) => {
    const [after, before] = [wanted.get(field), had.get(field)];
    if (after === before || (after === ofFile && before !== undefined)) return [];
    return [
      { field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
    ];
  });
}

const ofFile = 'as the file says';

function flat({
  image,
  sidecars,
  env,
  secrets,
  scaling,
}: WantedWorkload | LiveWorkload): Map<string, string> {
  return new Map([
    ['image', shortImage(image)],
    ...Object.entries(sidecars).map(
      ([name, own]) => [`${name}.image`, own === undefined ? ofFile : shortImage(own)] as const,
    ),
    ['scaling', scaling],
    ...env.map((name) => [`env.${name}`, 'a value'] as const),
    ...Object.entries(secrets).map(([name, version]) => [`env.${name}`, `secret ${version}`] as const),
  ]);
}

/** All that a person sees before giving their approval, and that must still hold afterwards. */
export interface Proposal {
  readonly from: string;
  readonly to: string;
  /** Of what runs in `from`. */
  readonly release: ReleaseManifest;
  /** Keys of the services that are taken along. */
  readonly services: readonly string[];
  readonly differences: readonly WorkloadDifference[];
  /** Revision that serves in `to`, by the name of its workload: whoever deploys there meanwhile changes it. */
  readonly replaced: Readonly<Record<string, string>>;
  /** Addresses of workloads of `to` that are deleted: workers that are replaced, and what is pruned. */
  readonly goes: readonly string[];
}

/** `sha256:...`; two proposals of the same digest do the same. Migrations are held against their own list. */
export function proposalDigest({ release, ...proposal }: Proposal): string {
  return contentDigest({ ...proposal, release: release.manifest });
}

export function servingRevisions(live: readonly LiveService[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    live.flatMap((service) => workloadsOf(service).map(([, { name, revision }]) => [name, revision])),
  );
}
