/** Why what runs in an environment is not taken on to the next one. Pure: each reason has its code and its sentence. */
import { canonicalJson } from '../lib/canonical-json.ts';
import { Failure } from '../lib/failure.ts';
import { type LiveService, type LiveWorkload, workloadsOf } from './live.ts';
import type { RecordedWorkload, ReleaseManifest } from './manifest.ts';

/** A deployment as GitHub has it on record. */
export interface RecordedRelease {
  readonly state: 'success' | 'failed' | 'unfinished';
  /** The commit that GitHub has it under. */
  readonly sha: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly manifest: ReleaseManifest;
}

/** A check of the recorded commit, other than the promotion's own. */
export interface CommitCheck {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'running';
  /** ISO 8601. */
  readonly at: string;
}

export interface Candidate {
  /** Name of the environment that is promoted from. */
  readonly from: string;
  readonly live: readonly LiveService[];
  /** What the file asks for, to tell what is missing: the key of each service, with its workloads. */
  readonly wanted: readonly { readonly key: string; readonly app?: string; readonly worker?: string }[];
  /** The newest first. */
  readonly records: readonly RecordedRelease[];
  readonly checks: readonly CommitCheck[];
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

const digest = /@sha256:[0-9a-f]{64}$/;

/** The release that the environment is held to have: the newest one that succeeded. */
export function verifiedRelease(records: readonly RecordedRelease[]): RecordedRelease | undefined {
  return records.find(({ state }) => state === 'success');
}

/** All reasons at once; nothing when the set can be promoted. */
export function refusals(candidate: Candidate): readonly Refusal[] {
  return [
    ...recordRefusals(candidate),
    ...candidate.wanted.flatMap((wanted) => workloadRefusals(candidate, wanted)),
    ...combinationRefusals(candidate),
  ];
}

/** Throws the first reason, with all of them as details. */
export function requirePromotable(candidate: Candidate): ReleaseManifest {
  const found = refusals(candidate);
  const [first, ...others] = found;
  const manifest = verifiedRelease(candidate.records)?.manifest;
  if (!first && manifest) return manifest;
  const { code, message, next } = first ?? noRecord(candidate);
  throw new Failure(code, others.length === 0 ? message : `${message} (and ${others.length} more, above)`, {
    next,
    details: found.map((refusal) => `${refusal.code}: ${refusal.message} ${refusal.next}`),
  });
}

function recordRefusals({ from, records, checks }: Candidate): readonly Refusal[] {
  const verified = verifiedRelease(records);
  if (!verified) return [noRecord({ from })];
  const [newest] = records;
  const later: Refusal[] =
    newest && newest !== verified
      ? [
          {
            code: 'PROMOTION_AFTER_FAILURE',
            message: `The last deployment to ${from} (${newest.sha.slice(0, 7)}, ${newest.createdAt}) ${newest.state === 'failed' ? 'failed' : 'did not finish'}, and came after the one on record (${verified.sha.slice(0, 7)}, ${verified.createdAt}).`,
            next: `Deploy to ${from} again, and promote when that has succeeded.`,
          },
        ]
      : [];
  const failed = checks.filter(({ state, at }) => state === 'failed' && at > verified.createdAt);
  return [
    ...later,
    ...failed.map(({ name, at }) => ({
      code: 'PROMOTION_CHECK_FAILED',
      message: `The check "${name}" of ${verified.sha.slice(0, 7)} failed at ${at}, after it was deployed to ${from}.`,
      next: 'Run the check again, or deploy a commit that passes it.',
    })),
  ];
}

function noRecord({ from }: Pick<Candidate, 'from'>): Refusal {
  return {
    code: 'PROMOTION_NO_RECORD',
    message: `No successful deployment to ${from} is on record, so that nothing says which revisions were tested together.`,
    next: `Deploy to ${from} with the workflow deploy.yml of this suite: its last job writes the record.`,
  };
}

function workloadRefusals(
  { from, live }: Candidate,
  wanted: Candidate['wanted'][number],
): readonly Refusal[] {
  const service = live.find(({ key }) => key === wanted.key);
  return (['app', 'worker'] as const).flatMap((kind) => {
    const name = wanted[kind];
    if (!name) return [];
    const workload = service?.[kind];
    return workload ? liveRefusals(from, workload) : [missing(from, name)];
  });
}

function missing(from: string, name: string): Refusal {
  return {
    code: 'PROMOTION_NOT_READY',
    message: `${name} is not ready in ${from}: it does not exist.`,
    next: `Deploy to ${from} first.`,
  };
}

function liveRefusals(from: string, workload: LiveWorkload): readonly Refusal[] {
  const { name, shares, notReady, image, sidecars, revision } = workload;
  const loose = [image, ...Object.values(sidecars)].find((one) => !digest.test(one));
  const parts = Object.entries(shares).filter(([, percent]) => percent > 0);
  const all: (Refusal | undefined)[] = [
    parts.length > 1
      ? {
          code: 'PROMOTION_TRAFFIC_SPLIT',
          message: `Several revisions of ${name} serve in ${from}: ${parts.map(([one, percent]) => `${one} ${percent} %`).join(', ')}.`,
          next: 'Give one revision all traffic, and promote then.',
        }
      : undefined,
    notReady
      ? {
          code: 'PROMOTION_NOT_READY',
          message: `${name} is not ready in ${from}: ${notReady}.`.replace(/\.\.$/, '.'),
          next: `Mend it, deploy to ${from} again, and promote then.`,
        }
      : undefined,
    revision && loose !== undefined
      ? {
          code: 'PROMOTION_NOT_PINNED',
          message: `${revision} of ${name} in ${from} runs ${loose || 'no image'}, which is not pinned: a tag may stand for another image tomorrow.`,
          next: `Deploy ${name} to ${from} with this suite, which pins every image to its digest.`,
        }
      : undefined,
  ];
  return all.filter((refusal) => refusal !== undefined);
}

/** The combination that serves has to be the one on record: only that was tested together. */
function combinationRefusals({ from, live, records }: Candidate): readonly Refusal[] {
  const manifest = verifiedRelease(records)?.manifest;
  if (!manifest) return [];
  const found = live.flatMap((service) =>
    workloadsOf(service).flatMap(([kind, workload]) => {
      const recorded = manifest.services[service.key]?.[kind];
      return sameWorkload(workload, recorded) ? [] : [mixed(from, workload, recorded, manifest)];
    }),
  );
  return found;
}

function sameWorkload(live: LiveWorkload, recorded: RecordedWorkload | undefined): boolean {
  if (live.revision !== recorded?.revision || live.image !== recorded.image) return false;
  return canonicalJson(live.sidecars) === canonicalJson(recorded.sidecars ?? {});
}

function mixed(
  from: string,
  { name, revision }: LiveWorkload,
  recorded: RecordedWorkload | undefined,
  manifest: ReleaseManifest,
): Refusal {
  const then = recorded ? `${recorded.revision} on record for ${manifest.sha.slice(0, 7)}` : 'none on record';
  return {
    code: 'PROMOTION_MIXED',
    message: `What serves in ${from} comes from different deployments: of ${name} it is ${revision || 'nothing'}, and ${then}.`,
    next: `Deploy all of ${from} from one commit, so that the set is tested together and on record, and promote then.`,
  };
}
