import { pullRequestOf } from '../config/preview-names.ts';
import { boolean, type Inputs, text } from '../github/inputs.ts';
import { Failure } from '../lib/failure.ts';
import { cleanUpPreview } from './cleanup/preview.ts';
import { reapPreviews } from './cleanup/reap.ts';
import { tearDown } from './cleanup/teardown.ts';
import { commonInputs, githubTokenInput } from './common-inputs.ts';
import { defineAction } from './define.ts';

const cleanupInputs = {
  ...commonInputs,
  environment: text({
    description:
      'What to remove: the preview `pr-<number>`, or, with `teardown`, an environment of the file. Left out with `reap`.',
  }),
  github_token: githubTokenInput,
  repository_id: text({
    description:
      'The number of the repository whose previews these are. In GitHub Actions the one that the job belongs to.',
  }),
  reap: boolean({
    description:
      'Remove every preview whose pull request is not open, or to which nothing was pushed for as long as `previews.expire_after` says.',
    default: 'false',
  }),
  teardown: boolean({ description: 'Remove an environment of the file as a whole.', default: 'false' }),
  confirm: text({
    description: 'With `teardown`: the name of the environment once more, typed by a person.',
  }),
  final_backup: boolean({
    description: 'With `teardown`: take a backup of the database that outlives it.',
    default: 'true',
  }),
  final_backup_days: text({
    description: 'With `teardown`: how many days that backup is kept, 1 to 365.',
    default: '30',
  }),
  delete_data: boolean({
    description: 'With `teardown`: delete the buckets under `buckets:` too, with everything in them.',
    default: 'false',
  }),
  lift_protection: boolean({
    description: 'With `teardown`: take deletion protection off where it stands in the way.',
    default: 'false',
  }),
};

export type CleanupInputs = Inputs<typeof cleanupInputs>;

export const action = defineAction({
  description:
    'Remove the preview of a pull request, all previews that nobody needs any more, or a whole environment.',
  inputs: cleanupInputs,
  outputs: {
    removed: 'Number of resources that were deleted; with `dry_run`, that would be.',
    remaining: 'Addresses of what should be gone and is not, as a JSON list.',
    kept: 'With `teardown`: what stays and why, as a JSON list of `{what, why}`.',
    previews: 'With `reap`: each preview with its verdict, as a JSON list of `{environment, goes, why}`.',
    plan: 'With `dry_run`: the changes in their order, as a JSON list of steps, each a list of changes.',
  },
  run: async (inputs, host) => {
    if (inputs.teardown) {
      requireConfirmed(inputs);
      return await tearDown(inputs, backupDays(inputs), host);
    }
    if (inputs.reap) return await reapPreviews(inputs, host);
    return await cleanUpPreview(inputs, requirePreview(inputs), host);
  },
});

/** Before anything is read or asked: a slip of the hand must not even open a connection. */
function requireConfirmed({ reap, environment, confirm }: CleanupInputs): void {
  if (reap) throw invalid('reap and teardown exclude each other.', 'Set one of them.');
  if (!environment) throw invalid('teardown needs an environment.', 'Name it in `environment`.');
  if (pullRequestOf(environment) !== undefined)
    throw invalid(`${environment} is a preview.`, 'Leave `teardown` out: a preview needs no confirmation.');
  if (confirm === environment) return;
  throw new Failure(
    'NOT_CONFIRMED',
    confirm === undefined
      ? `The teardown of ${environment} is not confirmed.`
      : `The teardown of ${environment} is not confirmed: "${confirm}" is not its name.`,
    { next: `Type the name into \`confirm\`: ${environment}. Nothing was asked of Google Cloud.` },
  );
}

function requirePreview({ environment }: CleanupInputs): number {
  const pullRequest = pullRequestOf(environment ?? '');
  if (pullRequest !== undefined) return pullRequest;
  throw invalid(
    environment ? `${environment} is not a preview.` : 'Nothing is named to be removed.',
    'Name a preview, `environment: pr-<number>`, or set `reap: true`, or `teardown: true` with `confirm`.',
  );
}

function backupDays({ final_backup, final_backup_days }: CleanupInputs): number | undefined {
  if (!final_backup) return undefined;
  const days = Number(final_backup_days);
  if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
  throw invalid(`final_backup_days is "${final_backup_days}".`, 'Give a whole number from 1 to 365.');
}

function invalid(message: string, next: string): Failure {
  return new Failure('INPUT_INVALID', message, { next });
}
