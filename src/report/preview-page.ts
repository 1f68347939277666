import { code, details, table } from './markdown.ts';
import { counted } from './sentences.ts';

/** What a pull request is told about its preview: one comment, and the page of the run. */
export interface PreviewPage {
  /** Name of the deployment. */
  readonly name: string;
  readonly pullRequest: number;
  /** 40 hex digits. */
  readonly commit: string;
  readonly state: PreviewState;
  readonly services: readonly PreviewService[];
  /** Milliseconds since the epoch; absent for one that does not exist. */
  readonly expiresAt?: number;
  /** The environment that it is a copy of. */
  readonly base?: string;
  readonly database?: string;
  /** Page of the run. */
  readonly run?: string;
}

export type PreviewState =
  | { readonly kind: 'queued' | 'in_progress' | 'ready' }
  | {
      readonly kind: 'failed';
      readonly jobs: readonly string[];
      /** Services that do not run although no job has failed. */
      readonly missing?: readonly string[];
    }
  | { readonly kind: 'refused'; readonly why: string; readonly holders: readonly PreviewHolder[] };

export interface PreviewHolder {
  readonly pullRequest: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface PreviewService {
  readonly key: string;
  /** Absent for one that only works, and for one that is not there yet. */
  readonly url?: string;
  readonly state: 'ready' | 'not ready' | 'not deployed';
  /** What it runs came from this commit, as it says itself: of 40 hex digits seven are shown. */
  readonly commit?: string;
  /** Who gets an answer there. */
  readonly reach?: 'everybody' | 'with a token' | 'inside the VPC';
}

/** Rows that are seen at once; more are folded away, where they are one click off. */
const rowsAtOnce = 12;
/** Nobody reads more, and GitHub takes 65,536 characters in a comment. */
const mostRows = 200;

export function previewPage(page: PreviewPage): string {
  const parts = [`### ${headline(page)}`, sentence(page), ...tableOf(page), ...facts(page)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What the comment becomes when the preview is gone: its addresses lead nowhere any more. */
export function removedPage(page: {
  readonly name: string;
  readonly pullRequest: number;
  /** Half a sentence. */
  readonly why: string;
  /** Whether the pull request is still open, so that it may come back. */
  readonly open: boolean;
}): string {
  const { name, pullRequest, why, open } = page;
  const back = open ? ' A push brings it back, with an empty database.' : '';
  return `### 🧹 Preview of ${name} for #${pullRequest} was removed\n\nEverything it had is gone: ${why}.${back}`;
}

const marks = { queued: '🕒', in_progress: '🛠️', ready: '✅', failed: '❌', refused: '⛔' } as const;
const words = {
  queued: 'is waiting to be built',
  in_progress: 'is being deployed',
  ready: 'is ready',
  failed: 'failed',
  refused: 'was refused',
} as const;

function headline({ name, pullRequest, state }: PreviewPage): string {
  return `${marks[state.kind]} Preview of ${name} for #${pullRequest} ${words[state.kind]}`;
}

function sentence({ state, run, commit }: PreviewPage): string {
  const at = `Commit ${commit.slice(0, 7)}${run ? `, [this run](${run})` : ''}.`;
  switch (state.kind) {
    case 'queued':
    case 'in_progress':
      return `${at} The table is as far as it has got.`;
    case 'ready':
      return at;
    case 'failed':
      return `${at} ${failure(state)}`;
    case 'refused':
      return [`${at} ${state.why}`, ...state.holders.map(holderLine)].join('\n');
  }
}

function failure({ jobs, missing = [] }: Extract<PreviewState, { kind: 'failed' }>): string {
  if (jobs.length === 0 && missing.length > 0) {
    return `No job has failed, and yet this does not run: ${missing.map(code).join(', ')}. Push again, or run the workflow again.`;
  }
  const why = jobs.length === 0 ? 'The run says why.' : `The run says why: ${jobs.map(code).join(', ')}.`;
  return `${why} What was there before goes on serving.`;
}

function holderLine({ pullRequest, expiresAt }: PreviewHolder): string {
  return `- #${pullRequest}, until ${moment(expiresAt)} unless something is pushed`;
}

function tableOf({ services, commit }: PreviewPage): readonly string[] {
  if (services.length === 0) return [];
  const rows = services.map((service) => [
    service.key,
    addressOf(service),
    stateOf(service),
    commitOf(service, commit),
  ]);
  const head = ['service', 'address', 'state', 'commit'];
  const first = table(head, rows.slice(0, rowsAtOnce));
  const rest = rows.slice(rowsAtOnce, mostRows);
  const left = rows.length - rowsAtOnce - rest.length;
  return [
    first,
    ...(rest.length > 0 ? [details(`${counted(rest.length, 'more service')}`, table(head, rest))] : []),
    ...(left > 0 ? [`… and ${left} more.`] : []),
  ];
}

function addressOf({ url, reach = 'everybody' }: PreviewService): string {
  if (url === undefined) return '';
  if (reach === 'everybody') return url;
  return `${url} (${reach === 'with a token' ? 'needs an identity token' : 'inside the VPC only'})`;
}

function stateOf({ state }: PreviewService): string {
  return state === 'ready' ? 'ready' : state === 'not ready' ? '**not ready**' : 'not deployed yet';
}

/** A service whose sources were not touched goes on with what it has. */
function commitOf({ commit, state }: PreviewService, now: string): string {
  if (commit === undefined || state === 'not deployed') return '';
  const short = /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 7) : commit;
  return now.startsWith(commit) ? short : `${short} (unchanged since)`;
}

function facts({ state, expiresAt, base, database }: PreviewPage): readonly string[] {
  if (state.kind === 'refused') return [];
  const about = [
    ...(base
      ? [`It is a copy of ${code(base)}: one instance of each app at most, none while nobody calls.`]
      : []),
    ...(database ? [`Its own database is ${code(database)}.`] : []),
  ].join(' ');
  const until = expiresAt
    ? `It goes when the pull request is closed, or on ${moment(expiresAt)} if nothing is pushed before; the label \`persist\` keeps it until it is closed.`
    : '';
  return [about, until].filter((part) => part !== '');
}

/** `2026-12-02 10:00 UTC`. */
function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
