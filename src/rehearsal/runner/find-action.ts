import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';
import { loadAction } from '../workflow/load-action.ts';
import type { ActionManifest, UsesStep } from '../workflow/model.ts';
import { parseUses, type Repository } from '../workflow/repositories.ts';
import type { JobState } from './job-state.ts';

export type Action =
  | {
      readonly kind: 'files';
      readonly folder: string;
      readonly manifest: ActionManifest;
      /** The repository that `$/` means inside the action. */
      readonly repository: Repository;
    }
  | { readonly kind: 'stand-in'; readonly standIn: StandIn };

/** The action that a step uses. Throws Failure USES_UNKNOWN and ACTION_INVALID. */
export async function findAction(job: JobState, step: UsesStep, from: Repository): Promise<Action> {
  const reference = parseUses(step.uses, 'step');
  if (reference.kind === 'docker') throw unknown(step, 'container actions are not rehearsed');
  if (reference.kind === 'workspace') {
    const inWorkspace = { ...job.settings.application, folder: job.workspace };
    return await fromFiles(step, inWorkspace, reference.path);
  }
  const located = job.settings.repositories.locate(reference, from);
  if (located !== undefined) return await fromFiles(step, located.repository, located.path);
  const name = reference.kind === 'remote' ? posix.join(reference.repository, reference.path) : '';
  const standIn = job.settings.standIns.get(name.toLowerCase());
  if (standIn !== undefined) return { kind: 'stand-in', standIn };
  const known = [...job.settings.standIns.keys()].join(', ');
  throw unknown(step, `the rehearsal has no stand-in for this action (it has: ${known})`);
}

async function fromFiles(step: UsesStep, repository: Repository, path: string): Promise<Action> {
  const folder = join(repository.folder, path);
  for (const file of ['action.yml', 'action.yaml']) {
    const content = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (content === undefined) continue;
    const manifest = await loadAction(posix.join(path, file), content);
    return { kind: 'files', folder, manifest, repository };
  }
  throw unknown(step, `there is no action.yml in ${folder}`);
}

function unknown(step: UsesStep, why: string): Failure {
  const { file, line } = step.place;
  return new Failure('USES_UNKNOWN', `${file}:${line}: uses: ${step.uses}: ${why}`, {
    next: 'Correct the reference, or leave the step out of what is rehearsed.',
  });
}
