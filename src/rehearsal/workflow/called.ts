import { posix } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { loadWorkflow } from './load.ts';
import type { CallJob, Job, Permissions, StepsJob, Workflow } from './model.ts';
import { defaultPermissions, excess } from './permissions.ts';
import { parseUses, type Repositories, type Repository } from './repositories.ts';

/** A workflow and the repository that it is a file of. */
export interface Located {
  readonly workflow: Workflow;
  readonly repository: Repository;
}

/** The top caller and nine below it. https://docs.github.com/actions/reference/reusable-workflows-reference#limitations */
const maximumDepth = 10;

/** Loads workflow files, each once. */
export class WorkflowLibrary {
  readonly #repositories: Repositories;
  readonly #knowsAction: (name: string) => boolean;
  readonly #loaded = new Map<string, Promise<Workflow>>();

  /** `knowsAction` says which actions of others can be run here; without it that is not checked. */
  constructor(repositories: Repositories, knowsAction: (name: string) => boolean = () => true) {
    this.#repositories = repositories;
    this.#knowsAction = knowsAction;
  }

  async load(repository: Repository, file: string): Promise<Located> {
    const key = `${repository.name}@${repository.ref}/${file}`;
    const loading = this.#loaded.get(key) ?? loadWorkflow(repository, file, this.#repositories);
    this.#loaded.set(key, loading);
    return { workflow: await loading, repository };
  }

  /** The workflow that a job of `from` calls. */
  async called(job: CallJob, from: Repository): Promise<Located> {
    const found = this.#repositories.locate(parseUses(job.uses, 'job'), from);
    const where = `${job.place.file}:${job.place.line}`;
    if (found === undefined) {
      throw new Failure('USES_UNKNOWN', `${where}: the repository of "${job.uses}" is not known here`, {
        next: 'A rehearsal knows the repository of the application and the one of the suite.',
      });
    }
    const called = await this.load(found.repository, found.path);
    if (called.workflow.call === undefined) {
      throw new Failure('USES_UNKNOWN', `${where}: ${found.path} has no "on: workflow_call"`, {
        next: 'Only reusable workflows can be called.',
      });
    }
    return called;
  }

  /**
   * Loads everything that a workflow calls and checks, before anything runs, that no called job asks for more
   * permissions than its callers were given, and that every action is one that can be run. Throws Failure
   * PERMISSIONS_EXCEEDED, WORKFLOW_INVALID and USES_UNKNOWN.
   */
  async check(
    { workflow, repository }: Located,
    granted: Permissions | undefined = undefined,
    depth = 1,
  ): Promise<void> {
    if (depth > maximumDepth) {
      throw new Failure(
        'WORKFLOW_INVALID',
        `${workflow.file}: more than ${maximumDepth} levels of workflows`,
        {
          next: 'Call fewer workflows from one another.',
        },
      );
    }
    for (const job of workflow.jobs) {
      const permissions = jobPermissions(workflow, job, granted);
      const tooMuch = granted === undefined ? [] : excess(permissions, granted);
      if (tooMuch.length > 0) {
        throw new Failure(
          'PERMISSIONS_EXCEEDED',
          `${job.place.file}:${job.place.line}: the nested job '${job.id}' is requesting ${tooMuch.join(', ')}`,
          { next: 'Grant it in the permissions of the calling job and of every job above that.' },
        );
      }
      if (job.kind === 'call') await this.check(await this.called(job, repository), permissions, depth + 1);
      else this.#checkActions(job, repository);
    }
  }

  #checkActions(job: StepsJob, from: Repository): void {
    const unknown = job.steps.flatMap((step) => {
      if (step.kind !== 'uses') return [];
      const reference = parseUses(step.uses, 'step');
      if (reference.kind === 'docker') return [step];
      if (reference.kind !== 'remote' || this.#repositories.locate(reference, from) !== undefined) return [];
      return this.#knowsAction(posix.join(reference.repository, reference.path).toLowerCase()) ? [] : [step];
    });
    if (unknown.length === 0) return;
    throw new Failure('USES_UNKNOWN', `${job.place.file} uses what a rehearsal cannot run`, {
      next: 'Correct the reference, or leave the step out of what is rehearsed.',
      details: unknown.map(
        ({ place, uses }) => `${place.file}:${place.line}: uses: ${uses}: no stand-in for this action`,
      ),
    });
  }
}

/** `granted` is what the caller has; absent for the workflow that the event started. */
export function jobPermissions(workflow: Workflow, job: Job, granted: Permissions | undefined): Permissions {
  return job.permissions ?? workflow.permissions ?? granted ?? defaultPermissions;
}
