import { shortName, type Workload } from './run-resource.ts';
import type { Target } from './run-traffic.ts';
import { annotationsOf, serviceMappings } from './run-v1-annotations.ts';
import { metadataToV1, type Place } from './run-v1-metadata.ts';
import { checkIdentity, type Names, resourceFields } from './run-v1-object.ts';
import { Problems } from './run-v1-problems.ts';
import { filled, type V1Object, type V1Target } from './run-v1-shapes.ts';
import { conditionsToV1 } from './run-v1-status.ts';
import { templateFromV1, templateToV1 } from './run-v1-template.ts';

export const servicePlace: Place = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  plural: 'services',
};

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

export type Service = Workload & {
  readonly traffic?: readonly Target[];
  readonly trafficStatuses?: readonly (Target & { readonly uri?: string })[];
  readonly uri?: string;
  readonly urls?: readonly string[];
  readonly ingress?: string;
};

/** The body that the v2 API would be sent for the object. Throws a 400 that names everything that is wrong. */
export function serviceFromV1(object: V1Object, names: Names): Record<string, unknown> {
  const problems = new Problems();
  checkIdentity(object, servicePlace, names, problems);
  const body = {
    ...resourceFields(object, serviceMappings, problems),
    template: templateFromV1(object.spec?.template, 'services', problems),
    traffic: (object.spec?.traffic ?? []).map((target, index) => targetFromV1(target, index, problems)),
  };
  problems.throwIfAny();
  return body;
}

function targetFromV1(target: V1Target, index: number, problems: Problems): Target {
  if (target.latestRevision === true && target.revisionName) {
    problems.add(`spec.traffic[${index}]`, 'latest_revision and revision_name must not both be set');
  }
  return {
    type: target.revisionName ? byRevision : latest,
    ...filled({ revision: target.revisionName, percent: target.percent, tag: target.tag }),
  };
}

export function serviceToV1(service: Service, projectNumber: string): Record<string, unknown> {
  const ready = service.latestReadyRevision;
  return {
    ...identity(servicePlace),
    metadata: metadataToV1(service, servicePlace, projectNumber, {
      labels: { ...service.labels },
      annotations: {
        ...service.annotations,
        ...annotationsOf(service, serviceMappings),
        ...writers(service),
        ...(service.urls === undefined ? {} : { 'run.googleapis.com/urls': JSON.stringify(service.urls) }),
        ...(service.ingress === undefined
          ? {}
          : { 'run.googleapis.com/ingress-status': annotationsOf(service, serviceMappings)[ingress] ?? '' }),
      },
    }),
    spec: {
      template: templateToV1(service.template, 'services'),
      traffic: (service.traffic ?? []).map(({ revision, percent, tag }) => ({
        ...(revision === undefined ? { latestRevision: true } : { revisionName: shortName(revision) }),
        ...filled({ percent, tag }),
      })),
    },
    status: {
      observedGeneration: Number(service.observedGeneration),
      conditions: conditionsToV1(service),
      ...latestRevisions(service),
      ...filled({
        url: service.uri,
        address: service.uri === undefined ? undefined : { url: service.uri },
        traffic: (service.trafficStatuses ?? []).map((target) => statusToV1(target, ready)),
      }),
    },
  };
}

const ingress = 'run.googleapis.com/ingress';

/** A target that follows the latest revision names the one that it follows now. */
function statusToV1(
  { revision, percent, tag, uri }: Target & { readonly uri?: string },
  ready = '',
): V1Target {
  return {
    revisionName: shortName(revision ?? ready),
    ...(revision === undefined ? { latestRevision: true } : {}),
    ...filled({ percent, tag, url: uri }),
  };
}

export function identity(place: Place): { apiVersion: string; kind: string } {
  return { apiVersion: place.apiVersion, kind: place.kind };
}

export function writers(resource: Pick<Workload, 'creator' | 'lastModifier'>): Record<string, string> {
  return {
    'serving.knative.dev/creator': resource.creator,
    'serving.knative.dev/lastModifier': resource.lastModifier,
  };
}

export function latestRevisions(workload: Workload): Record<string, string> {
  const { latestCreatedRevision, latestReadyRevision } = workload;
  return {
    ...(latestCreatedRevision === undefined
      ? {}
      : { latestCreatedRevisionName: shortName(latestCreatedRevision) }),
    ...(latestReadyRevision === undefined ? {} : { latestReadyRevisionName: shortName(latestReadyRevision) }),
  };
}

/** The configuration and the route that Knative makes of a service; read-only, and of the service's name. */
export function configurationToV1(service: Service, projectNumber: string): Record<string, unknown> {
  const whole = serviceToV1(service, projectNumber) as {
    metadata: { labels: Record<string, string> };
    spec: { template: unknown };
  };
  const place: Place = { ...servicePlace, kind: 'Configuration', plural: 'configurations' };
  return {
    ...identity(place),
    metadata: metadataToV1(service, place, projectNumber, {
      labels: { ...service.labels, ...belongsTo(service) },
      annotations: writers(service),
    }),
    spec: { template: whole.spec.template },
    status: {
      observedGeneration: Number(service.observedGeneration),
      conditions: conditionsToV1(service).filter((one) => one.type === 'Ready'),
      ...latestRevisions(service),
    },
  };
}

export function routeToV1(service: Service, projectNumber: string): Record<string, unknown> {
  const whole = serviceToV1(service, projectNumber) as {
    spec: { traffic: unknown };
    status: { url?: string; address?: unknown; traffic?: unknown };
  };
  const place: Place = { ...servicePlace, kind: 'Route', plural: 'routes' };
  return {
    ...identity(place),
    metadata: metadataToV1(service, place, projectNumber, {
      labels: { ...service.labels, ...belongsTo(service) },
      annotations: writers(service),
    }),
    spec: { traffic: whole.spec.traffic },
    status: {
      observedGeneration: Number(service.observedGeneration),
      conditions: conditionsToV1(service).filter((one) => one.type === 'Ready'),
      ...filled({
        url: whole.status.url,
        address: whole.status.address as object,
        traffic: whole.status.traffic as object,
      }),
    },
  };
}

function belongsTo(service: Service): Record<string, string> {
  return {
    'serving.knative.dev/service': shortName(service.name),
    'serving.knative.dev/serviceUid': service.uid,
  };
}
