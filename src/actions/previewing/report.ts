import { z } from 'zod';
import type { Deployment } from '../../config/deployment.ts';
import type { Host } from '../../github/host.ts';
import { upsertComment } from '../../github/rest/comments.ts';
import { connectJob, type GitHub } from '../../github/rest/connection.ts';
import {
  type DeploymentRecord,
  listDeploymentStatuses,
  listDeployments,
  setDeploymentState,
} from '../../github/rest/deployments.ts';
import { getPullRequest, type PullRequest } from '../../github/rest/pull-requests.ts';
import type { Outputs } from '../../github/run-action.ts';
import { runUrl } from '../../github/run-url.ts';
import { Failure } from '../../lib/failure.ts';
import { entrance, type LiveService, liveServices } from '../../preview/live-services.ts';
import { type PreviewPage, previewPage } from '../../report/preview-page.ts';
import { type Claim, ownClaims } from '../../resources/claim.ts';
import { loadConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import type { PreviewInputs } from './admit.ts';
import { commentMarker, githubEnvironment, pageOf, requirePreview, taskOf } from './preview-of.ts';

interface ReportInputs extends PreviewInputs {
  readonly state: 'in_progress' | 'done';
  readonly results: string;
}

/**
 * Tells the pull request how its preview fares, by what runs now and not by what jobs said about it. Throws PREVIEW_FAILED
 * at the end of a run in which something failed, so that a check of this job can be required.
 */
export async function reportPreview(inputs: ReportInputs, host: Host): Promise<Outputs> {
  const deployment = await loadConfig(inputs, host);
  const preview = requirePreview(deployment);
  const results = resultsOf(inputs);
  const { context } = await openSession(inputs, deployment, host);
  const claims = await ownClaims(context)();
  const claim = claims.find(({ pullRequest }) => pullRequest === preview.pullRequest);
  const github = connectJob(inputs.github_token ?? '', host);
  const records = await listDeployments(github, {
    environment: githubEnvironment,
    task: taskOf(preview.pullRequest),
  });
  if (isOvertaken(claim, await getPullRequest(github, preview.pullRequest), inputs.sha)) {
    host.info('A newer commit was pushed, or the pull request was closed: that run has the word.');
    if (!inputs.dry_run)
      await retire(
        github,
        records.filter(({ sha }) => sha === inputs.sha),
      );
    return {};
  }
  const services = await liveServices(context);
  const state = stateOf(results, services);
  const url = entrance(services);
  const markdown = previewPage({
    ...pageOf(deployment, preview, inputs.sha, host),
    state,
    services,
    ...(claim ? { expiresAt: claim.expiresAt * 1000 } : {}),
  });
  await host.summarize(markdown);
  if (!inputs.dry_run) {
    await tell(github, deployment, { records, state, url, services, markdown, sha: inputs.sha }, host);
  }
  if (state.kind === 'failed') throw failed(state);
  return { url };
}

interface Told {
  readonly records: readonly DeploymentRecord[];
  readonly state: PreviewPage['state'];
  readonly url: string | undefined;
  readonly services: readonly LiveService[];
  readonly markdown: string;
  readonly sha: string;
}

async function tell(github: GitHub, deployment: Deployment, told: Told, host: Host): Promise<void> {
  const { records, state, url, markdown, sha } = told;
  const own = records.find((record) => record.sha === sha);
  const logUrl = runUrl(host);
  if (own) {
    await setDeploymentState(github, own.id, {
      state: state.kind === 'ready' ? 'success' : state.kind === 'failed' ? 'failure' : 'in_progress',
      ...(url ? { environmentUrl: url } : {}),
      ...(logUrl ? { logUrl } : {}),
    });
  }
  // Only now: until then what an earlier commit deployed goes on serving.
  if (state.kind === 'ready')
    await retire(
      github,
      records.filter(({ id }) => id !== own?.id),
    );
  const comment = await upsertComment(
    github,
    deployment.preview?.pullRequest ?? 0,
    commentMarker(deployment),
    markdown,
  );
  host.info(`${state.kind}: ${comment.url}`);
}

/** Earlier commits have nothing that runs any more. What says so already is left alone. */
async function retire(github: GitHub, records: readonly DeploymentRecord[]): Promise<void> {
  for (const { id } of records) {
    const [newest] = await listDeploymentStatuses(github, id);
    if (newest?.state !== 'inactive') await setDeploymentState(github, id, { state: 'inactive' });
  }
}

/** GitHub is asked as well: the run of a newer commit, and that of a close, wait until this one has ended. */
function isOvertaken(claim: Claim | undefined, pull: PullRequest | undefined, sha: string): boolean {
  if (claim === undefined || !sha.startsWith(claim.commit)) return true;
  return pull !== undefined && (!pull.open || pull.headSha !== sha);
}

const needs = z.record(z.string(), z.object({ result: z.string() }));

/** Result of each job by its id; `undefined` while more is to come. */
function resultsOf({ state, results }: ReportInputs): z.output<typeof needs> | undefined {
  return state === 'in_progress' ? undefined : parseResults(results);
}

function stateOf(
  results: z.output<typeof needs> | undefined,
  services: readonly LiveService[],
): PreviewPage['state'] {
  if (results === undefined) return { kind: 'in_progress' };
  const bad = Object.entries(results).filter(
    ([, { result }]) => result === 'failure' || result === 'cancelled',
  );
  const jobs = bad.map(([job]) => job);
  // What no job has missed may have been removed behind their backs.
  const missing = services.filter(({ state }) => state !== 'ready').map(({ key }) => key);
  if (jobs.length === 0 && missing.length === 0) return { kind: 'ready' };
  return { kind: 'failed', jobs, ...(jobs.length === 0 ? { missing } : {}) };
}

function parseResults(text: string): z.output<typeof needs> {
  try {
    return needs.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('INPUT_INVALID', 'results is not what `toJSON(needs)` gives.', {
      next: `Write results: \${{ toJSON(needs) }}.`,
      cause,
    });
  }
}

function failed({ jobs, missing = [] }: Extract<PreviewPage['state'], { kind: 'failed' }>): Failure {
  const message =
    jobs.length > 0
      ? `The preview was not deployed: ${jobs.join(', ')} failed.`
      : `The preview does not run as a whole: ${missing.join(', ')} is not ready.`;
  return new Failure('PREVIEW_FAILED', message, {
    next: 'The jobs say why. Push again, or run the failed jobs again.',
  });
}
