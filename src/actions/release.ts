import type { Deployment, Service } from '../config/deployment.ts';
import type { Host } from '../github/host.ts';
import { boolean, choice, type Inputs, text } from '../github/inputs.ts';
import { connectJob, type GitHub } from '../github/rest/connection.ts';
import {
  createDeployment,
  listDeploymentStatuses,
  listDeployments,
  setDeploymentState,
} from '../github/rest/deployments.ts';
import { attemptUrl } from '../github/run-url.ts';
import type { Google } from '../google/google.ts';
import { Failure } from '../lib/failure.ts';
import { type LiveService, readLive } from '../promote/live.ts';
import { manifestOf, type ReleaseManifest, readManifest } from '../promote/manifest.ts';
import { serviceProblems } from '../promote/verification.ts';
import { releasePage, removalPage } from '../report/release-page.ts';
import { commonInputs, githubTokenInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { imagesInput, imagesOfInput } from './images-input.ts';
import { loadConfig } from './load-config.ts';
import { releaseTask } from './release-records.ts';
import { applyRemovals, planRemovals, staysUntil, warnOfLeft } from './removals.ts';
import { imageOf, imagesOfSidecars } from './service-images.ts';
import { connect } from './session.ts';

const inputs = {
  ...commonInputs,
  result: choice(['success', 'failure', 'cancelled', 'skipped'], {
    description:
      'What the jobs came to that deployed: `needs.<job>.result`. Anything but `success` is recorded as a failure.',
    default: 'success',
  }),
  production: choice(['auto', 'true', 'false'], {
    description: 'Whether end users see the environment. `auto`: when its name begins with `prod`.',
    default: 'auto',
  }),
  images: imagesInput(
    'The images that were deployed, as JSON by service. Without it, those that the sources of the checkout were built into.',
  ),
  commit: text({ description: 'The commit that was deployed; that of the run if it is left out.' }),
  prune: boolean({
    description:
      'Delete services, worker pools and jobs of this deployment that the file does not ask for any more, once what serves is the set that was deployed. Without it they are told and run on. A release of some services deletes nothing.',
    default: 'false',
  }),
  github_token: githubTokenInput,
};

export const action = defineAction({
  description:
    'Record what an environment runs as a GitHub deployment: revisions, images by digest, secret versions and the commit. Tell what runs beside it, and take it away.',
  inputs,
  outputs: {
    deployment_id: 'Number of the GitHub deployment.',
    state: '`success`, or `failure`.',
    manifest: 'Digest that names the recorded set.',
    left: 'What runs on though the file does not ask for it, as JSON: address, whose, because, next.',
    removed: 'Addresses of what was deleted with `prune`, as a JSON list; with `dry_run`, of what would be.',
  },
  run: async (given, host) => {
    const deployment = await loadConfig(given, host);
    const connection = await connect(given, deployment.project, host);
    const { google } = connection;
    const site = { google, deployment };
    const live = await readLive(site, deployment.services);
    const manifest = manifestOf(live, { sha: commitOf(given, host), run: attemptUrl(host) ?? '' });
    const problems =
      given.result === 'success'
        ? await problemsOf(google, deployment, live, given, host)
        : [`the jobs that deploy came to: ${given.result}`];
    const removals = await planRemovals(site, staysOf(deployment, given, problems), host);
    const { changes, left } = removals.plan;
    const outputs = {
      state: problems.length === 0 ? 'success' : 'failure',
      manifest: manifest.manifest,
      left: JSON.stringify(left),
    };
    await host.summarize(
      releasePage(deployment.environment, manifest, problems, { left, goes: given.dry_run ? changes : [] }),
    );
    warnOfLeft(left, deployment.file, host);
    if (given.dry_run) return { ...outputs, removed: JSON.stringify(changes.map(({ address }) => address)) };
    const github = connectJob(given.github_token ?? '', host);
    const id = await record(github, deployment, live, manifest, problems, given);
    if (given.result === 'success' && problems.length > 0) throw notTheSet(deployment.environment, problems);
    // Last: what serves is on record whatever becomes of the rest.
    const removed = await applyRemovals(removals, connection, site, host, (outcomes) =>
      host.summarize(removalPage(deployment.environment, outcomes)),
    );
    return { ...outputs, deployment_id: id, removed: JSON.stringify(removed) };
  },
});

type ReleaseInputs = Inputs<typeof inputs>;

/** What a person can do about workloads that the file does not ask for; nothing when this release deletes them. */
function staysOf(
  { services }: Deployment,
  given: ReleaseInputs,
  problems: readonly string[],
): string | undefined {
  if (!given.prune) return staysUntil.asked;
  if (problems.length > 0) return staysUntil.success;
  return deployedOf(services, given).length === services.length ? undefined : staysUntil.whole;
}

/** A promotion of some services leaves the others as they are. */
function deployedOf(services: readonly Service[], given: ReleaseInputs): readonly Service[] {
  const images = imagesOfInput(given.images);
  return services.filter(({ key }) => !images || images[key] !== undefined);
}

/** Why what serves is not the set that was just deployed; nothing when it is. */
async function problemsOf(
  google: Google,
  deployment: Deployment,
  live: readonly LiveService[],
  given: ReleaseInputs,
  host: Host,
): Promise<readonly string[]> {
  const images = imagesOfInput(given.images);
  const found = await Promise.all(
    deployedOf(deployment.services, given).map(async (service) => {
      const now = live.find(({ key }) => key === service.key);
      const expected = images ?? (await imagesOfSources(google, deployment, service, host));
      return serviceProblems(service, now, expected);
    }),
  );
  return found.flat();
}

/** By the names of ImageSource. */
async function imagesOfSources(
  google: Google,
  deployment: Deployment,
  service: Service,
  host: Host,
): Promise<Readonly<Record<string, string>>> {
  const [own, sidecars] = await Promise.all([
    imageOf(google, deployment, service, service.image, host),
    imagesOfSidecars(google, deployment, service, {}, host),
  ]);
  const named = Object.entries(sidecars).map(([name, image]) => [`${service.key}/${name}`, image]);
  return Object.fromEntries([[service.key, own], ...named]);
}

/** A run that died between record and state finds its own record again. */
async function record(
  github: GitHub,
  deployment: Deployment,
  live: readonly LiveService[],
  manifest: ReleaseManifest,
  problems: readonly string[],
  given: ReleaseInputs,
): Promise<number> {
  const { environment } = deployment;
  const id =
    (await ownRecord(github, environment, manifest)) ??
    (
      await createDeployment(github, {
        ref: manifest.sha,
        environment,
        task: releaseTask,
        description: `${deployment.name} ${manifest.sha.slice(0, 7)}, ${manifest.manifest.slice(0, 19)}`,
        payload: manifest,
        production:
          given.production === 'auto' ? environment.startsWith('prod') : given.production === 'true',
        transient: false,
      })
    ).id;
  const url = publicUrl(deployment, live);
  await setDeploymentState(github, id, {
    state: problems.length === 0 ? 'success' : 'failure',
    description: problems[0] ?? 'What serves is the set that was deployed.',
    ...(manifest.run ? { logUrl: manifest.run } : {}),
    ...(url ? { environmentUrl: url } : {}),
  });
  return id;
}

async function ownRecord(
  github: GitHub,
  environment: string,
  manifest: ReleaseManifest,
): Promise<number | undefined> {
  const [newest] = await listDeployments(github, { environment, task: releaseTask });
  const recorded = newest && readManifest(newest.payload);
  if (!newest || recorded?.manifest !== manifest.manifest || recorded.run !== manifest.run) return undefined;
  return (await listDeploymentStatuses(github, newest.id)).length === 0 ? newest.id : undefined;
}

/** Of the first service that everybody may call. */
function publicUrl({ services }: Deployment, live: readonly LiveService[]): string | undefined {
  const open = services.find(({ app }) => app?.ingress === 'all' && app.authentication === 'none');
  return live.find(({ key }) => key === open?.key)?.app?.url;
}

function notTheSet(environment: string, problems: readonly string[]): Failure {
  return new Failure(
    'RELEASE_NOT_SERVING',
    `What serves in ${environment} is not the set that was just deployed: ${problems[0]}.`,
    {
      next: 'It is recorded as failed. Deploy again; another deployment, or somebody by hand, came in between.',
      details: problems,
    },
  );
}

function commitOf({ commit }: ReleaseInputs, { environment }: Host): string {
  const sha = commit ?? environment.GITHUB_SHA;
  if (sha) return sha;
  throw new Failure('INPUT_INVALID', 'There is no commit to record: GITHUB_SHA is not set.', {
    next: 'Give it as `commit`.',
  });
}
