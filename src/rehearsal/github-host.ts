import type { Emulator, PlantedRepository } from '../emulator/emulator.ts';
import { Failure } from '../lib/failure.ts';
import type { Artifact } from './stand-ins/artifact-store.ts';
import type { JobIdentity, Result } from './workflow/events.ts';
import type { EnvironmentValues, JobHost, StartedJob, WantedEnvironment } from './workflow/host.ts';
import type { Permissions } from './workflow/model.ts';
import { levelFor } from './workflow/permissions.ts';

/** Every scope that the REST API asks for. */
const scopes = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'issues',
  'packages',
  'pull-requests',
  'statuses',
] as const;

/** What the host knows of the run that it serves. */
export interface HostedRun {
  readonly id: number;
  /** The commit that its check runs and deployments belong to. */
  readonly sha: string;
  readonly ref: string;
}

/** The emulated GitHub as the host of one run: tokens, check runs, environments and the deployments made for them. */
export class GitHubHost implements JobHost {
  readonly #emulator: Emulator;
  readonly #repository: PlantedRepository;
  readonly #run: HostedRun;
  readonly #values: Readonly<Record<string, Partial<EnvironmentValues>>>;
  #waiting = 0;

  constructor(
    emulator: Emulator,
    repository: PlantedRepository,
    run: HostedRun,
    values: Readonly<Record<string, Partial<EnvironmentValues>>> = {},
  ) {
    this.#emulator = emulator;
    this.#repository = repository;
    this.#run = run;
    this.#values = values;
  }

  environment(name: string): EnvironmentValues {
    const found = Object.entries(this.#values).find(([one]) => one.toLowerCase() === name.toLowerCase());
    return { vars: {}, secrets: {}, ...found?.[1] };
  }

  async admit({ name }: WantedEnvironment, cancelled: AbortSignal): Promise<void> {
    const { reviewers } = this.#repository.environment(name);
    if (reviewers.length === 0) return;
    this.#wait(1);
    try {
      const decision = await this.#repository.awaitReview(this.#run.id, name, cancelled);
      if (decision.state === 'approved') return;
      throw new Failure('DEPLOYMENT_REJECTED', `${decision.by} rejected the deployment to ${name}`, {
        next: decision.comment,
      });
    } finally {
      this.#wait(-1);
    }
  }

  #wait(change: 1 | -1): void {
    this.#waiting += change;
    this.#repository.changeRun(this.#run.id, { status: this.#waiting > 0 ? 'waiting' : 'in_progress' });
  }

  start(job: JobIdentity, permissions: Permissions, environment: WantedEnvironment | undefined): StartedJob {
    const { github } = this.#emulator;
    const token = github.issueToken({
      kind: 'job',
      repository: this.#repository.fullName,
      permissions: Object.fromEntries(scopes.map((scope) => [scope, levelFor(permissions, scope)])),
    });
    const check = this.#repository.startCheck(job.name, this.#run.sha);
    const deployment = environment?.deployment === true ? this.#deploy(environment.name) : undefined;
    return {
      token,
      checkRun: check,
      finish: (result) => {
        github.revokeToken(token);
        this.#repository.endCheck(check, result);
        if (deployment !== undefined) this.#repository.setDeploymentState(deployment, stateOf(result));
      },
    };
  }

  #deploy(environment: string): number {
    const { sha, ref } = this.#run;
    const id = this.#repository.deploy({ sha, ref, environment });
    this.#repository.setDeploymentState(id, 'in_progress');
    return id;
  }

  keepArtifact(artifact: Artifact): void {
    this.#repository.addArtifact({ run: this.#run.id, ...artifact });
  }
}

function stateOf(result: Result): 'success' | 'failure' | 'error' {
  if (result === 'success') return 'success';
  return result === 'failure' ? 'failure' : 'error';
}
