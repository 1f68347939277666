/**
 * Labels and annotations of a workload and of its revisions. What others have put there stays; what the file no longer
 * asks for goes. An annotation of ours remembers which ones came from the file, since nothing else tells the two apart.
 * https://cloud.google.com/run/docs/configuring/services/labels
 */
import type { Deployment, Service } from '../config/deployment.ts';
import type { Release } from './workload.ts';

type Entries = Readonly<Record<string, string | undefined>>;

export interface Marks {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

interface Marked {
  readonly labels?: Entries | undefined;
  readonly annotations?: Entries | undefined;
}

const remembered = {
  labels: 'aethercast-deploy/labels',
  annotations: 'aethercast-deploy/annotations',
} as const;
type Kind = keyof typeof remembered;

/** Which workload of its service a Cloud Run service is. */
export type Part = 'app' | 'worker';

/** Worker pools and jobs are workers in any case; of services those that say so, and nothing else tells. */
const partAnnotation = 'aethercast-deploy/part';

/** Whether a Cloud Run service was deployed as a worker. */
export function isWorkerService({ annotations }: Marked): boolean {
  return annotations?.[partAnnotation] === 'worker';
}

/** For comparing: what is wanted of the workload, and as `undefined` what earlier deployments left from the file. */
export function wantedMarks(
  deployment: Deployment,
  service: Service,
  have: Marked | undefined,
  part?: Part,
): { labels: Entries; annotations: Entries } {
  return {
    labels: { ...absent('labels', service, have), ...ourLabels(deployment, service) },
    annotations: {
      ...absent('annotations', service, have),
      ...ourAnnotations(service),
      [partAnnotation]: part === 'worker' ? part : undefined,
    },
  };
}

/** For comparing: what is wanted of the revision. Where it comes from is not compared. */
export function wantedRevisionMarks(
  service: Service,
  have: Marked | undefined,
): { labels: Entries; annotations: Entries } {
  return {
    labels: { ...absent('labels', service, have), ...service.labels },
    annotations: { ...absent('annotations', service, have), ...service.annotations },
  };
}

/** To be sent. */
export function sentMarks(
  deployment: Deployment,
  service: Service,
  have: Marked | undefined,
  part?: Part,
): Marks {
  const wanted = wantedMarks(deployment, service, have, part);
  return {
    labels: present({ ...have?.labels, ...wanted.labels }),
    annotations: present({ ...have?.annotations, ...wanted.annotations }),
  };
}

/** To be sent with the revision: with where it comes from. */
export function sentRevisionMarks(deployment: Deployment, service: Service, release: Release): Marks {
  return {
    labels: { ...ourLabels(deployment, service), ...release.origin },
    annotations: { ...service.annotations },
  };
}

function ourLabels(deployment: Deployment, service: Service): Record<string, string> {
  return { ...service.labels, ...deployment.labels, service: service.key };
}

function ourAnnotations(service: Service): Entries {
  const names = (kind: Kind) =>
    Object.keys(service[kind] ?? {})
      .sort()
      .join(',') || undefined;
  return {
    ...service.annotations,
    [remembered.labels]: names('labels'),
    [remembered.annotations]: names('annotations'),
  };
}

/** What an earlier deployment put there from the file, and the file asks for no longer. */
function absent(kind: Kind, service: Service, have: Marked | undefined): Entries {
  const before = have?.annotations?.[remembered[kind]]?.split(',') ?? [];
  const gone = before.filter((name) => name !== '' && service[kind]?.[name] === undefined);
  return Object.fromEntries(gone.map((name) => [name, undefined]));
}

function present(entries: Entries): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
