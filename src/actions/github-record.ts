import type { Host } from '../github/host.ts';
import { connectJob } from '../github/rest/connection.ts';
import { createDeployment, type StatusRequest, setDeploymentState } from '../github/rest/deployments.ts';
import { runUrl } from '../github/run-url.ts';
import { Failure } from '../lib/failure.ts';
import type { RecordedDeployment } from './github-deployment.ts';

/** Milliseconds that the last word may take: GitHub kills an interrupted job soon after. */
const lastWord = { interrupted: 2_000, otherwise: 30_000 };

/** One record of a deployment on GitHub, whose states follow each other. */
export class GithubRecord {
  readonly #id: number;
  readonly #token: string;
  readonly #host: Host;

  private constructor(id: number, token: string, host: Host) {
    this.#id = id;
    this.#token = token;
    this.#host = host;
  }

  /** Makes the record, queued. Throws GITHUB_REFUSED, and INPUT_INVALID where there is no commit. */
  static async open(
    token: string,
    { service, environment, image, commit, transient }: RecordedDeployment,
    host: Host,
  ): Promise<GithubRecord> {
    const ref = commit ?? host.environment.GITHUB_SHA;
    if (!ref) {
      throw new Failure('INPUT_INVALID', 'There is no commit to record: GITHUB_SHA is not set.', {
        next: 'Leave github_deployment out where this is no job of GitHub Actions.',
      });
    }
    const { id } = await createDeployment(connectJob(token, host), {
      ref,
      environment,
      task: `deploy:${service}`,
      description: `${service} to ${environment}`,
      payload: { service, ...(image ? { image } : {}), run: runUrl(host) ?? '' },
      production: environment === 'production',
      transient,
    });
    const record = new GithubRecord(id, token, host);
    await record.tell({ state: 'queued' });
    return record;
  }

  async tell(status: StatusRequest, signal = this.#host.signal): Promise<void> {
    const logUrl = runUrl(this.#host);
    const github = connectJob(this.#token, { ...this.#host, signal });
    await setDeploymentState(github, this.#id, { ...status, ...(logUrl ? { logUrl } : {}) });
  }

  /** The last word; that it does not arrive is a warning, since the deployment is what it is. */
  async end(status: StatusRequest): Promise<void> {
    const limit = this.#host.signal.aborted ? lastWord.interrupted : lastWord.otherwise;
    await this.tell(status, AbortSignal.timeout(limit)).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#host.warning(
        `The record of this deployment on GitHub stays as it was, since it could not be told: ${status.state}. ${why}`,
      );
    });
  }
}
