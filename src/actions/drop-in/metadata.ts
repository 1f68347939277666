/** Deploys a file in the form of Knative as it is, as `gcloud run services replace` does. */
import { isDeepStrictEqual } from 'node:util';
import { GoogleError } from '../../google/error.ts';
import type { Google } from '../../google/google.ts';
import {
  createKnative,
  getKnative,
  type KnativeLocation,
  type KnativeObject,
  replaceKnative,
} from '../../google/knative.ts';
import {
  type RunService,
  type RunWorkerPool,
  type WorkloadLocation,
  waitUntilReconciled,
} from '../../google/run.ts';
import { Failure } from '../../lib/failure.ts';
import { revisionFilter } from '../../release/container-log.ts';
import type { Deployed } from './deployed.ts';
import type { Place } from './draft.ts';
import { failureWithLog } from './failed.ts';
import { requireReady as requireJobReady } from './job.ts';
import type { Metadata } from './metadata-file.ts';
import type { Request } from './request.ts';
import { directTraffic, urlOf } from './service-traffic.ts';

/** Times that somebody else may change the object between our look and our write. */
const attempts = 5;

export async function deployMetadata(
  google: Google,
  place: Place,
  { object, knative }: Metadata,
  traffic: Request['traffic'],
): Promise<Deployed> {
  const { name } = object.metadata;
  const isNew = await writeObject(google, { kind: knative, ...place, name }, object);
  const common = {
    region: place.region,
    name,
    image: '',
    changes: [isNew ? 'new' : 'replaced'],
    remarks: [],
  };
  if (knative === 'Job') {
    await requireJobReady(google, { ...place, name });
    return { ...common, kind: 'job', url: '' };
  }
  const at: WorkloadLocation = { kind: knative === 'Service' ? 'services' : 'workerPools', ...place, name };
  const deployed = await requireReady(google, at);
  const redirected = knative === 'Service' ? await directTraffic(google, at, traffic) : undefined;
  const now = redirected ?? deployed;
  const revision = now.latestReadyRevision?.split('/').at(-1);
  return {
    ...common,
    kind: knative === 'Service' ? 'service' : 'worker pool',
    url: knative === 'Service' ? urlOf(now, undefined) : '',
    image: now.template?.containers?.[0]?.image ?? '',
    ...(revision ? { revision } : {}),
  };
}

/** Whether the object was new. The project's number stands for its id in objects that Google gives out. */
async function writeObject(google: Google, at: KnativeLocation, object: KnativeObject): Promise<boolean> {
  const wanted = withoutOutputs(object);
  let isNew: boolean | undefined;
  for (let attempt = 1; ; attempt++) {
    const have = await getKnative(google, at);
    isNew ??= have === undefined;
    const namespace = wanted.metadata?.namespace ?? have?.metadata?.namespace ?? at.project;
    const { resourceVersion } = have?.metadata ?? {};
    const metadata = { ...wanted.metadata, namespace, ...(resourceVersion ? { resourceVersion } : {}) };
    try {
      await (have ? replaceKnative : createKnative)(google, at, { ...wanted, metadata });
      return isNew;
    } catch (error) {
      if (!(error instanceof GoogleError) || error.http !== 409 || attempt >= attempts) throw error;
      // Nobody changed anything: it is the file itself that is refused.
      if (have && isDeepStrictEqual(have, await getKnative(google, at))) throw refusal(error, object);
    }
  }
}

/** What a described service carries in its metadata that Google alone writes. */
const writtenByGoogle = new Set([
  'creationTimestamp',
  'deletionTimestamp',
  'generation',
  'selfLink',
  'uid',
  'cloud.googleapis.com/location',
  'run.googleapis.com/creator',
  'run.googleapis.com/ingress-status',
  'run.googleapis.com/lastModifier',
  'run.googleapis.com/operation-id',
  'run.googleapis.com/urls',
  'serving.knative.dev/creator',
  'serving.knative.dev/lastModifier',
]);

function withoutOutputs({ status: _status, metadata, ...object }: KnativeObject): KnativeObject {
  const own = <T extends object>(part: T): T =>
    Object.fromEntries(Object.entries(part).filter(([key]) => !writtenByGoogle.has(key))) as T;
  if (!metadata) return object;
  const { annotations, labels, ...others } = metadata;
  const kept = {
    ...own(others),
    ...(annotations ? { annotations: own(annotations) } : {}),
    ...(labels ? { labels: own(labels) } : {}),
  };
  return { ...object, metadata: kept };
}

/** What gcloud describes names the revision there is, and whoever changes that file has to take the name out. */
function refusal(error: GoogleError, object: KnativeObject): Error {
  const { template } = (object.spec ?? {}) as { template?: { metadata?: { name?: string } } };
  const revision = template?.metadata?.name;
  if (error.status !== 'ALREADY_EXISTS' || !revision) return error;
  return new Failure(
    'REVISION_NAME_TAKEN',
    `The file names its revision ${revision}, which is there already.`,
    {
      next: 'Take spec.template.metadata.name out of the file, or give another name; every revision needs its own.',
      cause: error,
    },
  );
}

async function requireReady(google: Google, at: WorkloadLocation): Promise<RunService & RunWorkerPool> {
  const now = await waitUntilReconciled<RunService & RunWorkerPool>(google, at);
  const { terminalCondition } = now;
  if (!terminalCondition || terminalCondition.state === 'CONDITION_SUCCEEDED') return now;
  const revision = now.latestCreatedRevision?.split('/').at(-1) ?? '';
  throw await failureWithLog(google, {
    code: 'REVISION_FAILED',
    message: `Revision ${revision} did not become ready: ${terminalCondition.message ?? 'Google gives no reason.'}`,
    next: 'Mend what the message names, with what the container wrote above, and run again.',
    project: at.project,
    filter: revisionFilter(at, revision),
  });
}
