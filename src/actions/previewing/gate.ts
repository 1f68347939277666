import type { Preview } from '../../config/deployment.ts';
import { previewEnvironment } from '../../config/preview-names.ts';
import { type EventPullRequest, readEvent } from '../../github/event.ts';
import type { Host } from '../../github/host.ts';
import { connectJob } from '../../github/rest/connection.ts';
import { getPullRequest } from '../../github/rest/pull-requests.ts';
import type { Outputs } from '../../github/run-action.ts';
import { Failure } from '../../lib/failure.ts';
import { gate } from '../../preview/gate.ts';
import { loadConfig } from '../load-config.ts';

interface GateInputs {
  readonly config: string;
  readonly project_id: string | undefined;
  readonly region: string | undefined;
  readonly pull_request: string | undefined;
  readonly sha: string | undefined;
  readonly github_token: string | undefined;
}

interface Asked {
  readonly pull: Pick<EventPullRequest, 'number' | 'headSha' | 'fork' | 'labels'> & {
    readonly open: boolean;
  };
  /** Whether a person started the run. */
  readonly byHand: boolean;
}

/** Whether the pull request may have a preview. Asks nobody but GitHub. */
export async function openGate(inputs: GateInputs, host: Host): Promise<Outputs> {
  const { pull, byHand } = await pullRequestOf(inputs, host);
  const environment = previewEnvironment(pull.number);
  const { mode, why } = await gate({
    ...pull,
    pullRequest: pull.number,
    forks: () => policyFor(environment, inputs, host),
    ...(byHand ? { asked: { sha: inputs.sha } } : {}),
  });
  host.info(`${mode}: ${why}`);
  await host.summarize(`### ${titles[mode]} for #${pull.number}\n\n${why}`);
  return {
    mode,
    environment,
    pull_request: pull.number,
    sha: pull.headSha,
    // Nothing of a fork comes near a credential but its images; a run by hand is on the branch that it was started for.
    ref: byHand && !pull.fork ? pull.headSha : host.environment.GITHUB_SHA,
    fork: pull.fork,
  };
}

const titles = { preview: 'A preview', 'build-only': 'Images, and no preview,', none: 'No preview' } as const;

async function pullRequestOf(inputs: GateInputs, host: Host): Promise<Asked> {
  const { pullRequest } = await readEvent(host);
  if (pullRequest) return { pull: { ...pullRequest, open: true }, byHand: false };
  const number = Number(inputs.pull_request ?? '');
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Failure('INPUT_INVALID', 'This run is not about a pull request, and pull_request names none.', {
      next: 'Give pull_request, a number.',
    });
  }
  const pull = await getPullRequest(connectJob(inputs.github_token ?? '', host), number);
  if (pull) return { pull, byHand: true };
  throw new Failure('PREVIEW_NOT_POSSIBLE', `There is no pull request ${number}.`, {
    next: 'Give pull_request the number of one that is open.',
  });
}

/** From the file that is checked out, which for a fork's pull request is that of the branch it wants to get into. */
async function policyFor(environment: string, inputs: GateInputs, host: Host): Promise<Preview['forks']> {
  const { preview } = await loadConfig({ ...inputs, environment }, host);
  return preview?.forks ?? 'off';
}
