/**
 * Whether there is room for one more preview, and where it lives. Admissions of a deployment do not run at the same time
 * (their workflow holds one concurrency group), so that counting what is there is enough; the claims are read once more
 * after writing, should somebody admit from elsewhere.
 */
import type { Preview } from '../config/deployment.ts';
import { claimName } from '../config/preview-names.ts';
import { logicalDatabases } from '../config/redis-databases.ts';
import { isConflict, isNotFound, unlessExists } from '../google/error.ts';
import { createSecret, getSecret, listSecrets, setSecretLabels } from '../google/secretmanager.ts';
import { Failure } from '../lib/failure.ts';
import { type Claim, claimLabels, isBeingRemoved, readClaim } from '../resources/claim.ts';
import type { Context } from '../resources/context.ts';

export type Admission =
  | {
      readonly kind: 'admitted';
      readonly claim: Claim;
      /** Whether it had a claim already. */
      readonly renewed: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly why: 'full' | 'no_redis_databases';
      /** The previews that there are, by pull request. */
      readonly holders: readonly Claim[];
    };

/** Decides with what is there; pure. `now` in milliseconds. */
export function decide(preview: Preview, claims: readonly Claim[], commit: string, now: number): Admission {
  const own = claims.find(({ pullRequest }) => pullRequest === preview.pullRequest);
  const holders = claims.filter(({ pullRequest }) => pullRequest !== preview.pullRequest);
  if (own === undefined && holders.length >= preview.max) return { kind: 'refused', why: 'full', holders };
  const redisDatabases = allot(preview, own, holders);
  if (redisDatabases === undefined) return { kind: 'refused', why: 'no_redis_databases', holders };
  const expiresAt = Math.floor(now / 1000) + preview.expireAfterSeconds;
  const claim: Claim = {
    pullRequest: preview.pullRequest,
    expiresAt,
    commit: commit.slice(0, 12),
    redisDatabases,
  };
  return { kind: 'admitted', claim, renewed: own !== undefined };
}

/** As many as the file names, those that it has first; `undefined` when there are not enough. */
function allot(
  { redisDatabases: needs }: Preview,
  own: Claim | undefined,
  holders: readonly Claim[],
): readonly number[] | undefined {
  if (needs === undefined) return [];
  const occupied = new Set([...needs.taken, ...holders.flatMap((holder) => holder.redisDatabases)]);
  const all = Array.from({ length: logicalDatabases }, (_, number) => number);
  const kept = (own?.redisDatabases ?? []).filter((number) => !occupied.has(number));
  const free = all.filter((number) => !occupied.has(number) && !kept.includes(number));
  const given = [...kept, ...free].slice(0, Math.max(kept.length, needs.wanted.length));
  return given.length < needs.wanted.length ? undefined : given;
}

/** How often an admission that crossed another one is made anew. */
const mostCrossings = 5;

export interface AdmissionOptions {
  readonly dryRun: boolean;
  /** Told when it has to wait until what the preview had before is gone. */
  readonly onWait?: () => void;
}

/** Admits the preview of the context's deployment, or says why not. Renews its claim when it has one. */
export async function admit(
  context: Context,
  commit: string,
  { dryRun, onWait }: AdmissionOptions,
): Promise<Admission> {
  const { google, deployment } = context;
  const { preview } = deployment;
  if (preview === undefined) throw new Error(`${deployment.environment} is no preview`);
  if (!(await context.enabled()).has('secretmanager.googleapis.com')) throw notDeployed(preview.base);
  for (let crossing = 0; crossing < mostCrossings; crossing++) {
    if (!dryRun) await untilRemoved(context, preview, onWait);
    const admission = decide(preview, await claimsOf(context), commit, google.clock.now());
    if (admission.kind === 'refused' || dryRun) return admission;
    if ((await write(context, admission.claim)) && stands(admission.claim, await claimsOf(context)))
      return admission;
  }
  throw new Failure('ADMISSION_CROSSED', 'Other previews were admitted at the same time, again and again.', {
    next: 'Run again, and keep the concurrency group of the workflow, which lets one in after the other.',
  });
}

/** Milliseconds between two looks at a removal: it takes a minute or more. */
const lookAgain = 5_000;

/** What a removal is about to take must not be built on. It ends with the claim, or when its time is over. */
async function untilRemoved(
  context: Context,
  { pullRequest }: Preview,
  onWait: (() => void) | undefined,
): Promise<void> {
  const { clock, signal } = context.google;
  const isGoing = async (): Promise<boolean> =>
    (await claimsOf(context)).some(
      (claim) => claim.pullRequest === pullRequest && isBeingRemoved(claim, clock.now()),
    );
  if (!(await isGoing())) return;
  onWait?.();
  do await clock.sleep(lookAgain, signal);
  while (await isGoing());
}

function notDeployed(base: string): Failure {
  return new Failure('BASE_NOT_DEPLOYED', `${base} is not deployed, and previews share most of it.`, {
    next: `Deploy ${base} first.`,
  });
}

/** Read past every cache: others write here. */
async function claimsOf({ google, deployment }: Context): Promise<readonly Claim[]> {
  const secrets = await listSecrets(google, deployment.project);
  return secrets
    .flatMap((secret) => readClaim(deployment, secret) ?? [])
    .sort((a, b) => a.pullRequest - b.pullRequest);
}

/** `false` when somebody else wrote or removed it at the same moment. */
async function write(context: Context, claim: Claim): Promise<boolean> {
  const { google, deployment } = context;
  const { project } = deployment;
  const name = claimName(deployment.name, claim.pullRequest);
  const labels = claimLabels(deployment, claim);
  const have = await getSecret(google, project, name).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (have === undefined) {
    await unlessExists(createSecret(google, project, name, labels));
    return true;
  }
  const there = readClaim(deployment, have);
  if (there && isBeingRemoved(there, google.clock.now())) return false;
  try {
    await setSecretLabels(google, project, name, labels, have.etag);
    return true;
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return false;
    throw error;
  }
}

/** Whether it is there as it was written, and nobody with a lower number was given one of its databases meanwhile. */
function stands(claim: Claim, all: readonly Claim[]): boolean {
  const own = all.find(({ pullRequest }) => pullRequest === claim.pullRequest);
  if (own?.commit !== claim.commit || own.removedUntil !== undefined) return false;
  const lower = all.filter(({ pullRequest }) => pullRequest < claim.pullRequest);
  return !lower.some((other) => other.redisDatabases.some((number) => claim.redisDatabases.includes(number)));
}
