import type { Preview } from './previews.ts';

/** A label that keeps a preview however long nothing is pushed. */
export const persistLabel = 'persist';

/** What GitHub says about the pull request of a preview. A draft is as open as any. */
export interface PullRequestState {
  readonly open: boolean;
  readonly labels: readonly string[];
}

export interface Verdict {
  readonly goes: boolean;
  readonly why: string;
}

/**
 * Whether a preview has to go. `now` in milliseconds since the epoch; `pullRequest` is `undefined` when GitHub knows
 * none of that number. Idleness is counted from the last push, never from the creation: what people work on stays.
 */
export function verdictOn(preview: Preview, pullRequest: PullRequestState | undefined, now: number): Verdict {
  const { hasClaim, expiresAt } = preview;
  const name = `pull request #${preview.pullRequest}`;
  if (pullRequest === undefined) return { goes: true, why: `there is no ${name}` };
  if (!pullRequest.open) return { goes: true, why: `${name} is closed` };
  if (pullRequest.labels.includes(persistLabel))
    return { goes: false, why: `${name} is open and has the label ${persistLabel}` };
  if (!hasClaim) return { goes: true, why: `left over: it has no claim, although ${name} is open` };
  if (expiresAt === undefined) return { goes: false, why: `${name} is open; its claim names no time` };
  if (expiresAt * 1000 <= now)
    return { goes: true, why: `nothing was pushed to ${name} for long: it expired on ${day(expiresAt)}` };
  return { goes: false, why: `${name} is open; expires on ${day(expiresAt)}` };
}

/** `2026-11-30 14:00 UTC`. */
function day(seconds: number): string {
  const [date = '', time = ''] = new Date(seconds * 1000).toISOString().split('T');
  return `${date} ${time.slice(0, 5)} UTC`;
}
