import type { Service } from '../config/deployment.ts';
import { latestVersionNumber } from '../google/secretmanager.ts';
import { Failure } from '../lib/failure.ts';
import type { Context } from '../resources/context.ts';
import type { Release } from '../resources/workload.ts';

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
    usedSecrets(service).map(async (name) => [name, await versionOf(context, name)] as const),
  );
  const commit = origin.commit ?? images.image.split('@sha256:')[1] ?? 'local';
  return { ...images, secretVersions: Object.fromEntries(versions), origin, commit };
}

/** Names of the secrets that any container of the service reads, each once. */
export function usedSecrets(service: Service): readonly string[] {
  const used = [
    ...Object.values(service.secrets),
    ...Object.values(service.secretFiles ?? {}),
    ...(service.sidecars ?? []).flatMap(({ secrets }) => Object.values(secrets)),
  ];
  return [...new Set(used.map(({ secret }) => secret))];
}

async function versionOf(context: Context, secret: string): Promise<string> {
  const { google, deployment } = context;
  const number = await latestVersionNumber(google, deployment.project, secret);
  if (number) return number;
  throw new Failure('SECRET_MISSING', `Secret ${secret} in ${deployment.project} has no enabled version.`, {
    next: 'Run provision first: it creates the secrets that deploy.yaml declares.',
  });
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
