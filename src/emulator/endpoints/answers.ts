import { partsOf, type Revision, revisions, shortName } from '../apis/run-resource.ts';
import { type Cloud, Refusal, type Table } from '../service.ts';
import { services } from './service-view.ts';

/**
 * What a container does that nobody runs: a test or a user says it beforehand. Without an answer that fits, a container
 * starts, and replies 200 with a description of itself.
 */
export interface Answer {
  readonly id: string;
  /** Short name in any project, or full name. One of the two is given. */
  readonly service?: string;
  readonly workerPool?: string;
  /** Short name of a revision; all of them, if it is left out. */
  readonly revision?: string;
  /** Revisions that run this image, exactly as the revision names it. */
  readonly image?: string;
  readonly method?: string;
  /** Exact path, or the beginning of one with `*` behind it. */
  readonly path?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Milliseconds until the reply, of the cloud's clock. */
  readonly delay?: number;
  /** Used for every Nth request that fits; the others fall through to the next answer. */
  readonly every?: number;
  /** Used that many times, then no more. */
  readonly times?: number;
  /** Lines that the container writes to its standard output when it replies. */
  readonly log?: readonly string[];
  /** How the container starts; an answer with it is about the start alone. */
  readonly start?: ContainerStart;
}

export interface ContainerStart {
  /** The process ends with that code in place of listening, 0 included. */
  readonly exitCode?: number;
  /** Lines that it writes to its standard error before that. */
  readonly log?: readonly string[];
}

export type AnswerRequest = Omit<Answer, 'id'>;

interface AnswerRow {
  readonly answer: Answer;
  /** How many requests it fitted. */
  seen: number;
  /** How many it was used for. */
  used: number;
}

/** The table of scripted answers. Those added last are looked at first. */
export function answerRows(cloud: Cloud): Table<AnswerRow> {
  return cloud.table<AnswerRow>('run.answers');
}

/** Keeps the answer. Throws a 400 that names the field that makes no sense. */
export function addAnswer(cloud: Cloud, wanted: AnswerRequest): Answer {
  check(wanted);
  const answer: Answer = { ...wanted, id: String(cloud.next('run.answer')) };
  answerRows(cloud).set(answer.id, { answer, seen: 0, used: 0 });
  return answer;
}

/** The answer to a request, counted as used; nothing if none fits. */
export function takeAnswer(
  cloud: Cloud,
  revision: Revision,
  request: { readonly method: string; readonly path: string },
): Answer | undefined {
  for (const row of newestFirst(cloud)) {
    const { answer } = row;
    if (answer.start !== undefined || !isAbout(answer, revision)) continue;
    if (answer.method !== undefined && answer.method !== request.method) continue;
    if (answer.path !== undefined && !fits(answer.path, request.path)) continue;
    if (answer.times !== undefined && row.used >= answer.times) continue;
    row.seen += 1;
    if (row.seen % (answer.every ?? 1) !== 0) continue;
    row.used += 1;
    return answer;
  }
  return undefined;
}

/** How the revision's container starts; nothing if nothing is said, and then it starts. */
export function takeStart(cloud: Cloud, revision: Revision): ContainerStart | undefined {
  for (const row of newestFirst(cloud)) {
    const { answer } = row;
    if (answer.start === undefined || !isAbout(answer, revision)) continue;
    if (answer.times !== undefined && row.used >= answer.times) continue;
    row.used += 1;
    return answer.start;
  }
  return undefined;
}

function newestFirst(cloud: Cloud): AnswerRow[] {
  return [...answerRows(cloud).values()].reverse();
}

function isAbout(answer: Answer, revision: Revision): boolean {
  const workload = revision.name.slice(0, revision.name.indexOf('/revisions/'));
  const named = revision.name.includes('/services/') ? answer.service : answer.workerPool;
  if (named !== workload && named !== partsOf(workload).id) return false;
  if (answer.revision !== undefined && answer.revision !== shortName(revision.name)) return false;
  return (
    answer.image === undefined ||
    (revision.template.containers ?? []).some((container) => container.image === answer.image)
  );
}

function fits(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

function check(wanted: AnswerRequest): void {
  if ((wanted.service === undefined) === (wanted.workerPool === undefined)) {
    throw invalid('service', 'give either a service or a worker pool');
  }
  if (wanted.workerPool !== undefined && wanted.start === undefined) {
    throw invalid('start', 'a worker pool gets no requests, only its start can be scripted');
  }
  const { status, delay, every, times } = wanted;
  if (status !== undefined && (!Number.isInteger(status) || status < 200 || status > 599)) {
    throw invalid('status', 'must be an HTTP status from 200 to 599');
  }
  if (delay !== undefined && !(delay >= 0)) throw invalid('delay', 'must be a number of milliseconds');
  for (const [field, count] of Object.entries({ every, times })) {
    if (count !== undefined && (!Number.isInteger(count) || count < 1)) {
      throw invalid(field, 'must be a whole number, 1 or more');
    }
  }
  if (wanted.path !== undefined && !wanted.path.startsWith('/')) {
    throw invalid('path', 'must start with a slash');
  }
  const other = ['status', 'body', 'headers', 'delay', 'every', 'log', 'path', 'method'] as const;
  const odd = wanted.start === undefined ? undefined : other.find((field) => wanted[field] !== undefined);
  if (odd !== undefined) throw invalid(odd, 'has no meaning beside start');
}

function invalid(field: string, why: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Invalid value at '${field}': ${why}.`);
}

/** Whether anything that is there now fits the answer; one for something still to come is no mistake. */
export function hasSubject(cloud: Cloud, answer: Answer): boolean {
  const workloads =
    answer.service === undefined ? cloud.table<{ name: string }>('run.workerPools') : services(cloud);
  const named = answer.service ?? answer.workerPool;
  for (const { name } of workloads.values()) {
    if (name !== named && partsOf(name).id !== named) continue;
    if (answer.revision === undefined) return true;
    if (revisions(cloud).has(`${name}/revisions/${answer.revision}`)) return true;
  }
  return false;
}
