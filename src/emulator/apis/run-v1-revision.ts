import { partsOf, type Revision, shortName, type Workload } from './run-resource.ts';
import { metadataToV1, ownerReference, type Place } from './run-v1-metadata.ts';
import { identity } from './run-v1-service.ts';
import { filled } from './run-v1-shapes.ts';
import { conditionToV1, type V1Condition } from './run-v1-status.ts';
import { templateToV1 } from './run-v1-template.ts';

const place: Place = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', plural: 'revisions' };

/** What is known of a revision beside what is stored of it. */
export interface RevisionFacts {
  readonly workload: Workload | undefined;
  /** Whether requests reach it. */
  readonly active: boolean;
  /** Full reference of its first image by digest, if the registry knows it. */
  readonly imageDigest: string | undefined;
  readonly logUri: string;
}

export function revisionToV1(
  revision: Revision,
  facts: RevisionFacts,
  projectNumber: string,
): Record<string, unknown> {
  const kind = revision.name.includes('/workerPools/') ? 'workerPools' : 'services';
  const { id } = partsOf(revision.name);
  const template = templateToV1(revision.template, kind);
  const owner =
    kind === 'services'
      ? { 'serving.knative.dev/service': id, 'serving.knative.dev/configuration': id }
      : { 'run.googleapis.com/workerPool': id };
  return {
    ...identity(place),
    metadata: metadataToV1(revision, place, projectNumber, {
      labels: {
        ...revision.labels,
        ...owner,
        ...(facts.workload === undefined || kind === 'workerPools'
          ? {}
          : { 'serving.knative.dev/serviceUid': facts.workload.uid }),
      },
      annotations: { ...template.metadata?.annotations, 'serving.knative.dev/creator': revision.creator },
      ...(facts.workload === undefined
        ? {}
        : {
            ownerReferences: [
              ownerReference(
                kind === 'services'
                  ? { ...place, kind: 'Configuration' }
                  : { apiVersion: 'run.googleapis.com/v1', kind: 'WorkerPool', plural: 'workerpools' },
                facts.workload,
              ),
            ],
          }),
    }),
    spec: template.spec,
    status: {
      observedGeneration: 1,
      conditions: conditionsOf(revision, facts.active),
      ...filled({
        serviceName: shortName(revision.name),
        imageDigest: facts.imageDigest,
        logUrl: facts.logUri,
      }),
    },
  };
}

/** The v1 API tells by a condition whether a revision serves; one that does not is retired. */
function conditionsOf(revision: Revision, active: boolean): V1Condition[] {
  const since = revision.updateTime;
  return [
    ...revision.conditions.map((one) => conditionToV1(one)),
    active
      ? { type: 'Active', status: 'True', lastTransitionTime: since }
      : {
          type: 'Active',
          status: 'False',
          lastTransitionTime: since,
          reason: 'Retired',
          message: 'Revision retired.',
          severity: 'Info',
        },
  ];
}
