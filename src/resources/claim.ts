/**
 * The claim of a preview: a secret without versions, made when the preview is admitted and deleted last when it goes.
 * It counts as one of the previews that there may be, keeps the logical Redis databases that were given to it, and says
 * when it has lain idle for too long. All of that is in its labels, so that one listing tells everything about all
 * previews; a label on each of their resources would have to be written anew with every push.
 * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets
 */
import type { Deployment, Preview } from '../config/deployment.ts';
import { claimName } from '../config/preview-names.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import { getSecret, type SecretResource } from '../google/secretmanager.ts';
import { Failure } from '../lib/failure.ts';
import { apisAddress } from './apis.ts';
import { type Context, find, perContext } from './context.ts';
import { claimAddress, ownSecrets } from './secret.ts';

export interface Claim {
  readonly pullRequest: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** The first 12 digits of the commit that was pushed last. */
  readonly commit: string;
  /** Logical databases on the shared instance; the first stands for the lowest number of the file. */
  readonly redisDatabases: readonly number[];
  /** Until then somebody removes the preview, and nothing may be built on what is there of it. Seconds since the epoch. */
  readonly removedUntil?: number;
}

/**
 * How long a removal keeps a preview to itself. Long enough for all that one has, and short enough that a push need not
 * wait for long when the runner of a removal was lost.
 */
export const removalSeconds = 10 * 60;

/** Value in seconds since the epoch; it goes when the preview is admitted anew. */
export const removalLabel = 'removed-until';

/** Values of labels take lower-case letters, digits, `-` and `_`, at most 63. */
export function claimLabels(deployment: Deployment, claim: Claim): Readonly<Record<string, string>> {
  return {
    ...deployment.labels,
    'expires-at': String(claim.expiresAt),
    commit: claim.commit.slice(0, 12),
    ...(claim.redisDatabases.length > 0 && { redis: claim.redisDatabases.join('_') }),
  };
}

/** What a secret says as a claim of the deployment; `undefined` for any other secret. */
export function readClaim(deployment: Pick<Deployment, 'name'>, secret: SecretResource): Claim | undefined {
  const labels = secret.labels ?? {};
  const pullRequest = Number(labels['pull-request']);
  if (labels.deployment !== deployment.name || !Number.isSafeInteger(pullRequest)) return undefined;
  if (!secret.name?.endsWith(`/secrets/${claimName(deployment.name, pullRequest)}`)) return undefined;
  return {
    pullRequest,
    expiresAt: Number(labels['expires-at'] ?? 0),
    commit: labels.commit ?? '',
    redisDatabases: (labels.redis ?? '').split('_').filter(Boolean).map(Number),
    ...(labels[removalLabel] ? { removedUntil: Number(labels[removalLabel]) } : {}),
  };
}

/** Whether somebody removes the preview. `now` in milliseconds. */
export function isBeingRemoved({ removedUntil = 0 }: Claim, now: number): boolean {
  return removedUntil * 1000 > now;
}

/** The claims of all previews of the deployment, by pull request. */
export const ownClaims = perContext((context) => async (): Promise<readonly Claim[]> => {
  const secrets = await ownSecrets(context)();
  const claims = secrets.flatMap((secret) => readClaim(context.deployment, secret) ?? []);
  return claims.sort((a, b) => a.pullRequest - b.pullRequest);
});

/** The preview's claim as part of its estate: looked at, for what it was given, and never changed. */
export function claim(context: Context, preview: Preview): Resource<Claim> {
  const { google, deployment } = context;
  const name = claimName(deployment.name, preview.pullRequest);
  return {
    address: claimAddress(preview.pullRequest),
    dependsOn: [apisAddress],
    observe: async (fresh) => {
      const secret = await find(
        fresh,
        ownSecrets(context),
        (have) => have.name?.endsWith(`/secrets/${name}`) ?? false,
        () => getSecret(google, deployment.project, name),
        isNotFound,
      );
      const have = secret && readClaim(deployment, secret);
      if (have) context.facts.redisDatabases = databaseNumbers(preview, have);
      return have;
    },
    diff: () => [],
    apply: async () => undefined,
  };
}

/** Number in the file → number on the instance, as far as the claim has them. */
export function databaseNumbers(preview: Preview, have: Claim): ReadonlyMap<number, number> {
  const wanted = preview.redisDatabases?.wanted ?? [];
  return new Map(
    wanted.flatMap((number, index) => {
      const given = have.redisDatabases[index];
      return given === undefined ? [] : [[number, given] as const];
    }),
  );
}

/** Thrown for a preview without a claim. */
export function notAdmitted({ pullRequest }: Pick<Preview, 'pullRequest'>): Failure {
  return new Failure('PREVIEW_NOT_ADMITTED', `The preview of pull request ${pullRequest} was not admitted.`, {
    next: 'Run actions/preview with `stage: admit` first: it counts the previews and says where this one is to live.',
  });
}
