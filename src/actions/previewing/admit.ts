import type { Deployment } from '../../config/deployment.ts';
import type { Host } from '../../github/host.ts';
import { upsertComment } from '../../github/rest/comments.ts';
import { connectJob, type GitHub } from '../../github/rest/connection.ts';
import { createDeployment, setDeploymentState } from '../../github/rest/deployments.ts';
import type { Outputs } from '../../github/run-action.ts';
import { runUrl } from '../../github/run-url.ts';
import { type Admission, admit } from '../../preview/admission.ts';
import { liveServices } from '../../preview/live-services.ts';
import { type PreviewPage, previewPage } from '../../report/preview-page.ts';
import { counted } from '../../report/sentences.ts';
import { loadConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import { commentMarker, githubEnvironment, pageOf, requirePreview, taskOf } from './preview-of.ts';

export interface PreviewInputs {
  readonly config: string;
  readonly environment: string | undefined;
  readonly project_id: string | undefined;
  readonly region: string | undefined;
  readonly workload_identity_provider: string | undefined;
  readonly service_account: string | undefined;
  readonly dry_run: boolean;
  readonly sha: string;
  readonly github_token: string | undefined;
}

/** Gives the preview its place, or says who has it. That there is none is no failure of the pull request. */
export async function admitPreview(inputs: PreviewInputs, host: Host): Promise<Outputs> {
  const deployment = await loadConfig(inputs, host);
  const preview = requirePreview(deployment);
  const { context } = await openSession(inputs, deployment, host);
  const admission = await admit(context, inputs.sha, {
    dryRun: inputs.dry_run,
    onWait: () =>
      host.info(`${deployment.environment} is being removed: it is made anew when that has ended`),
  });
  const admitted = admission.kind === 'admitted';
  const page: PreviewPage = {
    ...pageOf(deployment, preview, inputs.sha, host),
    ...(admitted
      ? { state: { kind: 'queued' }, expiresAt: admission.claim.expiresAt * 1000 }
      : { state: refusal(deployment, admission) }),
    services: admitted ? await liveServices(context) : [],
  };
  const markdown = previewPage(page);
  await host.summarize(markdown);
  if (page.state.kind === 'refused') host.warning(page.state.why, { title: 'PREVIEW_REFUSED' });
  if (inputs.dry_run) return { admitted };
  const github = connectJob(inputs.github_token ?? '', host);
  if (admitted) await recordQueued(github, preview.pullRequest, inputs.sha, host);
  const { url } = await upsertComment(github, preview.pullRequest, commentMarker(deployment), markdown);
  host.info(`${admitted ? 'admitted' : 'refused'}: ${url}`);
  return { admitted };
}

/** Before anything is built: otherwise the pull request shows nothing for most of the run. */
async function recordQueued(github: GitHub, pullRequest: number, sha: string, host: Host): Promise<void> {
  const logUrl = runUrl(host);
  const { id } = await createDeployment(github, {
    ref: sha,
    environment: githubEnvironment,
    task: taskOf(pullRequest),
    description: `Preview of pull request ${pullRequest}`,
    payload: { pull_request: pullRequest },
    production: false,
    transient: true,
  });
  await setDeploymentState(github, id, { state: 'queued', ...(logUrl ? { logUrl } : {}) });
}

function refusal(
  { preview }: Deployment,
  { why, holders }: Extract<Admission, { kind: 'refused' }>,
): Extract<PreviewPage['state'], { kind: 'refused' }> {
  const there = `There ${holders.length === 1 ? 'is' : 'are'} ${counted(holders.length, 'preview')} already`;
  const sentence =
    why === 'full'
      ? `${there}, and previews.max allows ${preview?.max}. Close one of these pull requests, or push again when one is gone:`
      : `${there}, and Redis has too few logical databases left for one more. Close one of these pull requests, or set previews.redis: instance:`;
  return {
    kind: 'refused',
    why: sentence,
    holders: holders.map(({ pullRequest, expiresAt }) => ({ pullRequest, expiresAt: expiresAt * 1000 })),
  };
}
