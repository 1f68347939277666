/** Deploys a service as `gcloud run deploy` does: what is there, with the changes asked for, as one write. */
import { randomInt } from 'node:crypto';
import { GoogleError, isNotFound } from '../../google/error.ts';
import type { Google } from '../../google/google.ts';
import { OperationFailed } from '../../google/operations.ts';
import { changePolicy } from '../../google/policy.ts';
import {
  createWorkload,
  getWorkload,
  patchWorkload,
  type RunService,
  type WorkloadLocation,
  waitUntilReconciled,
} from '../../google/run.ts';
import { Failure } from '../../lib/failure.ts';
import { sentence } from '../../lib/sentence.ts';
import { revisionFilter } from '../../release/container-log.ts';
import { unlessDeleted } from '../../resources/deleted-meanwhile.ts';
import { resolvedTraffic, servingRevision } from '../../resources/traffic.ts';
import { changesOf } from './changes.ts';
import type { Deployed } from './deployed.ts';
import { type Place, type ServiceDraft, serviceDraft } from './draft.ts';
import { failureWithLog } from './failed.ts';
import type { Request } from './request.ts';
import { directTraffic, urlOf } from './service-traffic.ts';
import { pinned, shareOf, withTag } from './traffic.ts';

/** Times that somebody else may change the service between our look and our write. */
const attempts = 5;

type Order = Pick<Request, 'edits' | 'orders' | 'urlTag' | 'traffic'>;

interface Location extends WorkloadLocation {
  readonly kind: 'services';
}

/** Throws REVISION_FAILED with what the container wrote, and CONCURRENT_CHANGE when somebody deletes the service. */
export async function deployService(
  google: Google,
  place: Place,
  name: string,
  order: Order,
): Promise<Deployed> {
  const at: Location = { kind: 'services', ...place, name };
  return await unlessDeleted(at, deploy(google, place, at, order));
}

async function deploy(google: Google, place: Place, at: Location, order: Order): Promise<Deployed> {
  const { name } = at;
  const { draft, before, revision } = await writeService(google, at, order);
  const deployed = await waitUntilReconciled<RunService>(google, at);
  await requireReady(google, at, revision, deployed, before);
  if (order.orders.everybody !== undefined) await setCallers(google, at, order.orders.everybody, before);
  const now = (await directTraffic(google, at, order.traffic)) ?? deployed;
  const previous = before && servingRevision(resolvedTraffic(before));
  return {
    region: place.region,
    kind: 'service',
    name,
    url: urlOf(now, order.urlTag),
    revision,
    ...(previous ? { previous } : {}),
    image: draft.container.image ?? '',
    changes: changesOf(before && serviceDraft(place, before), draft),
    remarks: remarksOn(now, revision, order, before),
  };
}

/** The same without a write. */
export async function planService(
  google: Google,
  place: Place,
  name: string,
  order: Order,
): Promise<Deployed> {
  const at: Location = { kind: 'services', ...place, name };
  const before = await read(google, at);
  const draft = drafted(place, before, order, nextRevision(name, before, order.orders.suffix));
  return {
    region: place.region,
    kind: 'service',
    name,
    url: before ? urlOf(before, order.urlTag) : '',
    image: draft.container.image ?? '',
    changes: changesOf(before && serviceDraft(place, before), draft),
    remarks: [],
  };
}

interface Written {
  readonly draft: ServiceDraft;
  readonly before: RunService | undefined;
  /** Short name of the new revision. */
  readonly revision: string;
}

/**
 * Reads, changes and writes, from the start again when somebody else was faster. The name of the revision is ours:
 * by it we see that a write whose answer was lost had its effect.
 */
async function writeService(google: Google, at: Location, order: Order): Promise<Written> {
  const before = await read(google, at);
  const revision = nextRevision(at.name, before, order.orders.suffix);
  let have = before;
  for (let attempt = 1; ; attempt++) {
    const draft = drafted(at, have, order, revision);
    try {
      await (have ? patchWorkload(google, at, draft.service) : createWorkload(google, at, draft.service));
      return { draft, before, revision };
    } catch (error) {
      if (error instanceof OperationFailed) throw await revisionFailed(google, at, revision, error, before);
      if (!(error instanceof GoogleError) || error.http !== 409 || attempt >= attempts) throw error;
      const now = await read(google, at);
      // Nobody changed anything: it is the request itself that is refused, such as the name of a revision there is.
      if (now?.etag === have?.etag) throw refusal(error, revision, order.orders.suffix);
      if (shortName(now?.latestCreatedRevision) === revision) return { draft, before, revision };
      have = now;
    }
  }
}

function refusal(error: GoogleError, revision: string, suffix: string | undefined): Error {
  if (error.status !== 'ALREADY_EXISTS' || !suffix) return error;
  return new Failure(
    'REVISION_NAME_TAKEN',
    `There is a revision ${revision} already, and it is another one.`,
    {
      next: `Give another suffix than ${suffix}, such as one with the run's number, or none: every revision needs a name of its own.`,
      cause: error,
    },
  );
}

function drafted(
  place: Place,
  have: RunService | undefined,
  { edits, orders }: Order,
  revision: string,
): ServiceDraft {
  const draft = serviceDraft(place, have);
  for (const edit of edits) edit(draft);
  draft.template.revision = revision;
  draft.service.client = 'aethercast-deploy';
  const ready = shortName(have?.latestReadyRevision);
  let traffic = have?.traffic ?? [];
  if (orders.noTraffic && ready) traffic = [...pinned(traffic, ready)];
  if (orders.tag) traffic = [...withTag(traffic, orders.tag, revision)];
  if (traffic.length > 0) draft.service.traffic = traffic;
  return draft;
}

/** `<service>-<suffix>`, or as Cloud Run itself names them: `<service>-<number>-<three letters>`. */
function nextRevision(name: string, have: RunService | undefined, suffix: string | undefined): string {
  if (suffix) return `${name}-${suffix}`;
  const number = Number(have?.generation ?? 0) + 1;
  const consonants = 'bcdfghjklmnpqrstvwxz';
  const letters = Array.from({ length: 3 }, () => consonants[randomInt(consonants.length)] ?? 'x').join('');
  return `${name}-${String(number).padStart(5, '0')}-${letters}`;
}

async function requireReady(
  google: Google,
  at: Location,
  revision: string,
  { terminalCondition }: RunService,
  before: RunService | undefined,
): Promise<void> {
  if (!terminalCondition || terminalCondition.state === 'CONDITION_SUCCEEDED') return;
  const message = terminalCondition.message ?? 'Google gives no reason.';
  throw await revisionFailed(google, at, revision, new Error(message), before);
}

async function revisionFailed(
  google: Google,
  at: Location,
  revision: string,
  cause: Error,
  before: RunService | undefined,
) {
  const serving = before && servingRevision(resolvedTraffic(before));
  return await failureWithLog(google, {
    code: 'REVISION_FAILED',
    message: `Revision ${revision} did not become ready: ${sentence(cause.message)} ${serving ? `What served before (${serving}) goes on serving.` : `${at.name} has no earlier revision that could serve.`}`,
    next: 'Mend what the message names, with what the container wrote above, and run again.',
    project: at.project,
    filter: revisionFilter(at, revision),
    cause,
  });
}

/** On a new service nobody may call, so that there is nothing to take back. */
async function setCallers(
  google: Google,
  at: Location,
  everybody: boolean,
  before: RunService | undefined,
): Promise<void> {
  if (!everybody && !before) return;
  const target = { kind: 'run_service', project: at.project, region: at.region, service: at.name } as const;
  const role = 'roles/run.invoker';
  await changePolicy(google, target, (bindings) => {
    const others = bindings
      .map((one) =>
        one.role === role && !one.condition
          ? { ...one, members: (one.members ?? []).filter((member) => member !== 'allUsers') }
          : one,
      )
      .filter(({ members }) => (members ?? []).length > 0);
    return everybody ? [...others, { role, members: ['allUsers'] }] : others;
  });
}

function remarksOn(
  now: RunService,
  revision: string,
  { orders, traffic }: Order,
  before: RunService | undefined,
): readonly string[] {
  if (!before && orders.noTraffic)
    return ['no_traffic has no effect on the first deployment of a service: its only revision serves'];
  const share = shareOf(now.traffic ?? [], revision, true);
  if (share > 0 || orders.noTraffic || traffic.length > 0) return [];
  return [
    `the new revision ${revision} gets no traffic, since an earlier deployment sends it to revisions by name; with \`revision_traffic: LATEST=100\` it follows the newest again`,
  ];
}

async function read(google: Google, at: Location): Promise<RunService | undefined> {
  return await getWorkload<RunService>(google, at).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

function shortName(fullName: string | undefined): string {
  return fullName?.split('/').at(-1) ?? '';
}
