/** A deployment as GitHub shows it beside the commit and the pull request: where it is, how far, and under which URL. */
import type { Host } from '../github/host.ts';
import { boolean, text } from '../github/inputs.ts';
import type { StatusRequest } from '../github/rest/deployments.ts';
import type { Outputs } from '../github/run-action.ts';
import { Failure } from '../lib/failure.ts';
import { githubTokenInput } from './common-inputs.ts';

export const githubDeploymentInputs = {
  github_deployment: boolean({
    description:
      'Record the deployment on GitHub, with its states and the URL. Needs `deployments: write` under `permissions:` of the job.',
    default: 'false',
  }),
  github_environment: text({
    description:
      'Environment of GitHub that the record is of; that of the file if it is left out, and `production` without a file.',
  }),
  github_token: githubTokenInput,
} as const;

export interface GithubDeploymentInputs {
  readonly github_deployment: boolean;
  readonly github_environment: string | undefined;
  readonly github_token: string | undefined;
  readonly dry_run: boolean;
}

/** What is deployed where, as far as it is known before. */
export interface RecordedDeployment {
  readonly service: string;
  readonly environment: string;
  /** By digest where it is known. */
  readonly image: string | undefined;
  /** 40 hex digits. */
  readonly commit: string | undefined;
  /** Whether the environment is expected to go away. */
  readonly transient: boolean;
}

/**
 * Runs `deploy` and records it on GitHub when that is asked for: queued at once, in progress from
 * `begin` on, then success with the URL, failure, or error when it is interrupted. Throws what `deploy` throws, and
 * GITHUB_REFUSED before it, since nobody asks for a record that cannot be. That the last word does not arrive is a
 * warning: the deployment is what it is. https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments
 */
export async function recorded(
  inputs: GithubDeploymentInputs,
  deployment: RecordedDeployment,
  host: Host,
  deploy: (begin: () => Promise<void>) => Promise<Outputs>,
): Promise<Outputs> {
  if (!inputs.github_deployment || inputs.dry_run) return await deploy(async () => undefined);
  // GitHub's client is a third of the code of this action, and most deployments have no record.
  const { GithubRecord } = await import('./github-record.ts');
  const record = await GithubRecord.open(inputs.github_token ?? '', deployment, host);
  try {
    const outputs = await deploy(() => record.tell({ state: 'in_progress' }));
    await record.end(succeeded(outputs));
    return outputs;
  } catch (error) {
    await record.end(failed(error, host));
    throw error;
  }
}

function succeeded({ url, revision, worker_revision, image }: Outputs): StatusRequest {
  const revisions = [revision, worker_revision].filter(Boolean).join(', ');
  const [, digest] = String(image ?? '').split('@');
  return {
    state: 'success',
    description: [revisions, digest ?? image].filter(Boolean).join(' '),
    ...(url ? { environmentUrl: String(url) } : {}),
  };
}

function failed(error: unknown, { signal }: Host): StatusRequest {
  if (signal.aborted) return { state: 'error', description: 'The run was interrupted.' };
  const description =
    error instanceof Failure ? `${error.code}: ${error.message}` : 'See the log of the run.';
  return { state: 'failure', description };
}
