import type { Service } from '../config/deployment.ts';
import { latestVersionNumber } from '../google/secretmanager.ts';
import { Failure } from '../lib/failure.ts';
import { because } from '../resources/because.ts';
import type { Context } from '../resources/context.ts';
import type { Release } from '../resources/workload.ts';
import { type SecretUse, secretUses } from './used-secrets.ts';

/**
 * What this deployment runs, each part by a name that cannot move: the image by digest, each secret by the number of
 * its newest version. With `latest`, instances of one revision would come to hold different values.
 * https://cloud.google.com/run/docs/configuring/services/secrets#considerations
 */
export async function prepareRelease(
  context: Context,
  service: Service,
  images: Pick<Release, 'image' | 'sidecarImages'>,
  origin: Readonly<Record<string, string>>,
): Promise<Release> {
  const versions = await Promise.all(
    secretUses(service).map(async (use) => [use.secret, await versionOf(context, use)] as const),
  );
  const commit = origin.commit ?? images.image.split('@sha256:')[1] ?? 'local';
  return { ...images, secretVersions: Object.fromEntries(versions), origin, commit };
}

async function versionOf(context: Context, { secret, place }: SecretUse): Promise<string> {
  const { google, deployment } = context;
  const { project } = deployment;
  const number = await latestVersionNumber(google, project, secret);
  if (number) return number;
  throw new Failure(
    'SECRET_MISSING',
    `Secret ${secret} in ${project} (${because(deployment, place)}) has no version, or its newest one is not enabled.`,
    {
      next: `Run provision first: it makes the versions that ${deployment.file} asks for. Or see what there is: gcloud secrets versions list ${secret} --project=${project}`,
    },
  );
}

/** Where a revision comes from, as labels. Values of labels are lower case, at most 63 characters. */
export function originLabels(
  environment: Readonly<Record<string, string | undefined>>,
  release?: string,
): Record<string, string> {
  const { GITHUB_SHA, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_ACTOR } = environment;
  const labels = {
    commit: GITHUB_SHA,
    run: GITHUB_RUN_ID && `${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT ?? '1'}`,
    actor: GITHUB_ACTOR,
    release: release ?? GITHUB_SHA?.slice(0, 7),
  };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (value ? [[key, labelValue(value)]] : [])),
  );
}

function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '-')
    .slice(0, 63);
}
