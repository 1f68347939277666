/**
 * What a pull request may have, decided before any job with credentials starts. Commits of the repository's own branches
 * get a preview. Those of a fork get what `previews.forks` allows, in the words of the branch that they want to get into:
 * a fork's own file has no say in it.
 */
import type { Preview } from '../config/deployment.ts';
import { Failure } from '../lib/failure.ts';

/** On a pull request of a fork, it says that a maintainer has looked at a commit. */
export const approvalLabel = 'preview';

export interface GateQuestion {
  readonly pullRequest: number;
  /** 40 hex digits: the newest commit of the pull request. */
  readonly headSha: string;
  readonly fork: boolean;
  readonly open: boolean;
  readonly labels: readonly string[];
  /** Asked for only where it counts, since a branch's own pull request may be the one that brings previews. */
  readonly forks: () => Promise<Preview['forks']>;
  /** The commit that a person named who started the run by hand; absent in runs of the pull request itself. */
  readonly asked?: { readonly sha: string | undefined };
}

export interface Gate {
  readonly mode: 'preview' | 'build-only' | 'none';
  /** Why, for the person who looks at the run. */
  readonly why: string;
}

/** Throws PREVIEW_NOT_POSSIBLE for what a person asked for and cannot have. */
export async function gate(question: GateQuestion): Promise<Gate> {
  const { pullRequest, fork, open, asked, headSha } = question;
  if (!open) return refuse(question, `Pull request ${pullRequest} is closed.`, 'Reopen it first.');
  if (asked?.sha !== undefined && asked.sha !== headSha) {
    return refuse(
      question,
      `${asked.sha} is not the newest commit of pull request ${pullRequest}, which is ${headSha}.`,
      'Look at that one, and start the workflow with all 40 digits of it.',
    );
  }
  if (!fork) return { mode: 'preview', why: 'The commit is on a branch of the repository.' };
  return await gateOfFork(question);
}

async function gateOfFork(question: GateQuestion): Promise<Gate> {
  const policy = await question.forks();
  switch (policy) {
    case 'off':
      return refuse(
        question,
        'It comes from a fork, and previews.forks is off.',
        'Push the commits to a branch of the repository, or set previews.forks.',
      );
    case 'build-only':
      if (question.asked) {
        return refuse(
          question,
          'It comes from a fork, and previews.forks is build-only.',
          'Nothing of it can be deployed: its images are built by the runs of the pull request itself.',
        );
      }
      return { mode: 'build-only', why: 'It comes from a fork: its images are built and thrown away.' };
    case 'label':
      return approved(question);
  }
}

function approved(question: GateQuestion): Gate {
  const { asked, headSha, labels, pullRequest } = question;
  const how = `Once a maintainer has looked at ${headSha}: set the label \`${approvalLabel}\` and start this workflow by hand with pull_request ${pullRequest} and sha ${headSha}.`;
  if (!asked) return { mode: 'none', why: `It comes from a fork. ${how}` };
  if (asked.sha === undefined)
    return refuse(question, 'It comes from a fork, and sha names no commit of it.', how);
  if (!labels.includes(approvalLabel))
    return refuse(question, `It comes from a fork and lacks the label ${approvalLabel}.`, how);
  return { mode: 'preview', why: `${asked.sha} was approved by its label and by whoever started this run.` };
}

/** A run of the pull request itself ends well with nothing done; a person who asked is told that it cannot be. */
function refuse({ asked }: GateQuestion, why: string, next: string): Gate {
  if (asked) throw new Failure('PREVIEW_NOT_POSSIBLE', why, { next });
  return { mode: 'none', why: `${why} ${next}` };
}
