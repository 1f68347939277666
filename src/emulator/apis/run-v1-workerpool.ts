import { shortName, type Workload } from './run-resource.ts';
import { annotationsOf, workerPoolMappings } from './run-v1-annotations.ts';
import { metadataToV1, type Place } from './run-v1-metadata.ts';
import { checkIdentity, type Names, resourceFields } from './run-v1-object.ts';
import { Problems } from './run-v1-problems.ts';
import { identity, latestRevisions, writers } from './run-v1-service.ts';
import { filled, type V1Object, type V1Target } from './run-v1-shapes.ts';
import { conditionsToV1 } from './run-v1-status.ts';
import { templateFromV1, templateToV1 } from './run-v1-template.ts';

export const workerPoolPlace: Place = {
  apiVersion: 'run.googleapis.com/v1',
  kind: 'WorkerPool',
  plural: 'workerpools',
};

interface Split {
  readonly type?: string;
  readonly revision?: string;
  readonly percent?: number;
}

export type WorkerPool = Workload & {
  readonly instanceSplits?: readonly Split[];
  readonly instanceSplitStatuses?: readonly Split[];
};

/** The body that the v2 API would be sent for the object. Throws a 400 that names everything that is wrong. */
export function workerPoolFromV1(object: V1Object, names: Names): Record<string, unknown> {
  const problems = new Problems();
  checkIdentity(object, workerPoolPlace, names, problems);
  const body = {
    ...resourceFields(object, workerPoolMappings, problems),
    template: templateFromV1(object.spec?.template, 'workerPools', problems),
    instanceSplits: (object.spec?.instanceSplits ?? []).map(({ revisionName, percent }) => ({
      type: `INSTANCE_SPLIT_ALLOCATION_TYPE_${revisionName ? 'REVISION' : 'LATEST'}`,
      ...filled({ revision: revisionName, percent }),
    })),
  };
  problems.throwIfAny();
  return body;
}

export function workerPoolToV1(pool: WorkerPool, projectNumber: string): Record<string, unknown> {
  return {
    ...identity(workerPoolPlace),
    metadata: metadataToV1(pool, workerPoolPlace, projectNumber, {
      labels: { ...pool.labels },
      annotations: {
        ...pool.annotations,
        ...annotationsOf(pool, workerPoolMappings),
        ...writers(pool),
      },
    }),
    spec: {
      template: templateToV1(pool.template, 'workerPools'),
      instanceSplits: (pool.instanceSplits ?? []).map(({ revision, percent }) =>
        splitToV1(revision, percent),
      ),
    },
    status: {
      observedGeneration: Number(pool.observedGeneration),
      conditions: conditionsToV1(pool),
      ...latestRevisions(pool),
      ...filled({
        instanceSplits: (pool.instanceSplitStatuses ?? []).map(({ revision, percent }) =>
          splitToV1(revision, percent, pool.latestReadyRevision),
        ),
      }),
    },
  };
}

function splitToV1(revision: string | undefined, percent: number | undefined, ready?: string): V1Target {
  return {
    ...(revision === undefined
      ? { latestRevision: true, ...filled({ revisionName: ready && shortName(ready) }) }
      : { revisionName: shortName(revision) }),
    ...filled({ percent }),
  };
}
