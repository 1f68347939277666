import { createHash } from 'node:crypto';
import type { Emulator, PlantedRepository } from '../emulator/emulator.ts';
import { Failure } from '../lib/failure.ts';
import type { Located } from './workflow/called.ts';
import type { Json } from './workflow/expressions.ts';
import { listens } from './workflow/filters.ts';
import { dispatchInputs } from './workflow/inputs.ts';
import type { Repository } from './workflow/repositories.ts';

/** Numbers of the made-up repository and its owner, as GitHub would give them. */
export const trusted = { repositoryId: '700100200', ownerId: '400500' } as const;

/** Who starts the runs of a rehearsal, when the payload names nobody. */
const rehearsalActor = 'rehearsal';

const defaultBranch = 'main';

type Fields = Readonly<Record<string, Json>>;

/** A pull request that the payload is about. */
interface NamedPull {
  readonly number: number;
  /** What the payload says of it. */
  readonly given: Fields;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly headRef: string;
  /** `OWNER/NAME`. */
  readonly headRepository: string;
}

/** What starts a run, before GitHub has completed it. */
export interface Trigger {
  readonly eventName: string;
  /** Whether the name was read from the payload, and not given. */
  readonly guessed: boolean;
  readonly payload: Fields;
  readonly inputs: Fields;
  readonly actor: string;
  /** Where a run of it is. */
  readonly ref: string;
  readonly sha: string;
  readonly fromFork: boolean;
  readonly pull?: NamedPull;
}

export interface GivenTrigger {
  readonly payload?: Json;
  /** Without it the name is read from the payload. */
  readonly eventName?: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** For an input of that name which nobody has given. */
  readonly environment?: string;
}

/**
 * The event that a workflow is started with: the given payload, a dispatch with the inputs, or a push.
 * Throws Failure EVENT_UNKNOWN, EVENT_INCOMPLETE and INPUT_INVALID.
 */
export function readTrigger({ workflow }: Located, application: Repository, given: GivenTrigger): Trigger {
  const payload = fieldsOf(given.payload ?? null);
  const guess =
    given.payload === undefined ? defaultEvent(workflow.events) : nameOf(payload, workflow.events);
  const eventName = given.eventName ?? guess;
  const action = typeof payload.action === 'string' ? { action: payload.action } : {};
  if (!listens(workflow, { eventName, ...action })) {
    const what = [eventName, payload.action].filter((word) => typeof word === 'string').join(' ');
    throw new Failure('EVENT_UNKNOWN', `${workflow.file} does not run on "${what}"`, {
      next: `It runs on: ${inWords(workflow.triggers)}.`,
    });
  }
  const pull = namedPull(eventName, payload, application);
  const sender = fieldsOf(payload.sender ?? null).login;
  return {
    eventName,
    guessed: given.payload !== undefined && given.eventName === undefined,
    payload,
    inputs: inputsOf(eventName, payload, workflow, given),
    actor: typeof sender === 'string' ? sender : rehearsalActor,
    ...placeOf(eventName, payload, application, pull),
    fromFork:
      eventName === 'pull_request' && pull !== undefined && !sameName(pull.headRepository, application.name),
    ...(pull === undefined ? {} : { pull }),
  };
}

function inWords(triggers: ReadonlyMap<string, { readonly types?: readonly string[] }>): string {
  return [...triggers]
    .map(([name, { types }]) => (types === undefined ? name : `${name} (${types.join(', ')})`))
    .join(', ');
}

function inputsOf(
  eventName: string,
  payload: Fields,
  { dispatchInputs: definitions, file }: Located['workflow'],
  given: GivenTrigger,
): Fields {
  if (eventName === 'workflow_dispatch') {
    const ofPayload = Object.entries(fieldsOf(payload.inputs ?? null)).map(([key, value]) => [
      key,
      String(value),
    ]);
    const takesIt = given.environment !== undefined && 'environment' in definitions;
    const all = {
      ...(takesIt ? { environment: given.environment } : {}),
      ...Object.fromEntries(ofPayload),
      ...given.inputs,
    };
    return dispatchInputs(definitions, all as Record<string, string>, file);
  }
  if (Object.keys(given.inputs).length === 0) return {};
  throw new Failure('INPUT_INVALID', `a run on "${eventName}" has no inputs`, {
    next: 'Leave --input out, or start the workflow with workflow_dispatch.',
  });
}

function defaultEvent(events: ReadonlySet<string>): string {
  return events.has('workflow_dispatch') ? 'workflow_dispatch' : 'push';
}

/** Payloads do not say which event they are of; some of their fields do. */
function nameOf(payload: Fields, events: ReadonlySet<string>): string {
  if ('comment' in payload && 'issue' in payload) return 'issue_comment';
  if ('pull_request' in payload) return events.has('pull_request') ? 'pull_request' : 'pull_request_target';
  if ('schedule' in payload) return 'schedule';
  return 'inputs' in payload ? 'workflow_dispatch' : 'push';
}

function namedPull(eventName: string, payload: Fields, application: Repository): NamedPull | undefined {
  const ofIssue = fieldsOf(payload.issue ?? null);
  const given = 'pull_request' in payload ? fieldsOf(payload.pull_request ?? null) : ofIssue;
  if (!('pull_request' in payload) && !('pull_request' in ofIssue)) {
    if (!eventName.startsWith('pull_request')) return undefined;
  }
  const number = [payload.number, given.number].find((one) => typeof one === 'number');
  if (typeof number !== 'number') {
    throw new Failure('EVENT_INCOMPLETE', `the payload of ${eventName} has no number of a pull request`, {
      next: 'Write {"action": "opened", "number": 7, "pull_request": {}}; what else is missing is filled in.',
    });
  }
  const head = fieldsOf(given.head ?? null);
  const base = fieldsOf(given.base ?? null);
  const headRepository = text(fieldsOf(head.repo ?? null).full_name) ?? application.name;
  return {
    number,
    given,
    headSha: text(head.sha) ?? application.sha,
    baseSha: text(base.sha) ?? createHash('sha1').update(`base of ${application.sha}`).digest('hex'),
    headRef: text(head.ref) ?? `change-${number}`,
    baseRef: text(base.ref) ?? defaultBranch,
    headRepository,
  };
}

/** https://docs.github.com/actions/reference/events-that-trigger-workflows */
function placeOf(
  eventName: string,
  payload: Fields,
  application: Repository,
  pull: NamedPull | undefined,
): { readonly ref: string; readonly sha: string } {
  const { sha } = application;
  if (eventName === 'pull_request' && pull !== undefined) {
    const merge = text(pull.given.merge_commit_sha) ?? sha;
    // A merged pull request runs on the branch that it was merged into.
    const ref = pull.given.merged === true ? `refs/heads/${pull.baseRef}` : `refs/pull/${pull.number}/merge`;
    return { ref, sha: merge };
  }
  if (eventName === 'push' || eventName === 'workflow_dispatch') {
    const ref = text(payload.ref);
    const full = ref === undefined || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
    return {
      ref: full ?? application.ref,
      sha: (eventName === 'push' ? text(payload.after) : undefined) ?? sha,
    };
  }
  return { ref: application.ref, sha };
}

/** The application's repository on the emulated GitHub. */
export function plantRepository(emulator: Emulator, application: Repository): PlantedRepository {
  return emulator.github.plant({
    fullName: application.name,
    id: Number(trusted.repositoryId),
    ownerId: Number(trusted.ownerId),
    visibility: 'private',
    people: { [rehearsalActor]: 'admin' },
  });
}

/**
 * Makes known to GitHub what the event takes for granted: its commits, the pull request. Returns the payload as GitHub
 * would send it.
 */
export function plantTrigger(github: PlantedRepository, trigger: Trigger): Json {
  const { pull, ref, sha } = trigger;
  if (pull !== undefined) {
    github.addCommit({ sha: pull.baseSha, parents: [], message: 'The base' });
    github.addCommit({ sha: pull.headSha, parents: [pull.baseSha], message: 'The head' });
    github.setRef(`refs/heads/${pull.baseRef}`, pull.baseSha);
    plantPull(github, pull, trigger);
  }
  const before = trigger.eventName === 'push' ? text(trigger.payload.before) : undefined;
  if (before !== undefined) github.addCommit({ sha: before, parents: [], message: 'What was there before' });
  if (sha !== pull?.headSha) {
    const parents = pull === undefined ? [] : [pull.baseSha, pull.headSha];
    github.addCommit({ sha, parents, message: 'What is rehearsed' });
  }
  github.setRef(ref, sha);
  return completed(trigger, github);
}

/** Time has passed: pull requests are closed, and what was made for them is still there. Returns their numbers. */
export function closeOpenPulls(github: PlantedRepository): readonly number[] {
  const open = github.pulls().filter(({ state }) => state === 'open');
  for (const { number } of open) {
    github.changePull(number, { state: 'closed', closedAt: new Date().toISOString() });
  }
  return open.map(({ number }) => number);
}

function plantPull(github: PlantedRepository, pull: NamedPull, trigger: Trigger): void {
  const { given, number } = pull;
  const [owner = '', name = ''] = pull.headRepository.split('/');
  const isFork = !sameName(pull.headRepository, github.fullName);
  if (isFork) github.fork(owner, name);
  else github.setRef(`refs/heads/${pull.headRef}`, pull.headSha);
  // The base has the commits of forks too. https://docs.github.com/rest/git/refs
  github.setRef(`refs/pull/${number}/head`, pull.headSha);
  const head = { ref: pull.headRef, sha: pull.headSha, repository: pull.headRepository };
  if (github.pulls().some((pull) => pull.number === number)) github.changePull(number, { head });
  else {
    github.openPull({
      number,
      title: text(given.title) ?? `Change ${number}`,
      author: text(fieldsOf(given.user ?? null).login) ?? (isFork ? owner : trigger.actor),
      draft: given.draft === true,
      head,
      base: { ref: pull.baseRef, sha: pull.baseSha, repository: github.fullName },
    });
  }
  const closed = trigger.payload.action === 'closed' || given.state === 'closed';
  const labels = Array.isArray(given.labels) ? (given.labels as readonly Json[]) : [];
  github.changePull(number, {
    labels: labels.map((label) => text(fieldsOf(label).name) ?? '').filter((label) => label !== ''),
    mergeCommitSha: trigger.sha,
    ...(closed ? { state: 'closed', closedAt: new Date().toISOString() } : {}),
    ...(given.merged === true ? { mergedAt: new Date().toISOString() } : {}),
  });
}

/** What the payload leaves out, as GitHub has it; what it says stays. */
function completed(trigger: Trigger, github: PlantedRepository): Json {
  const { eventName, payload, pull } = trigger;
  const common = {
    repository: github.payload.repository() as Json,
    sender: github.payload.account(trigger.actor) as Json,
  };
  const asText = Object.entries(trigger.inputs).map(([key, value]) => [key, String(value)]);
  const shown = pull === undefined ? null : (github.payload.pullRequest(pull.number) as Json);
  const own: Record<string, Fields> = {
    push: { ref: trigger.ref, after: trigger.sha },
    workflow_dispatch: { ref: trigger.ref, inputs: Object.fromEntries(asText) },
    issue_comment: { issue: { ...fieldsOf(shown), pull_request: {} } },
  };
  const ofPull: Fields = pull === undefined ? {} : { number: pull.number, pull_request: shown };
  const missing = own[eventName] ?? ofPull;
  return overlaid({ ...common, ...missing }, payload);
}

/** The second over the first, field by field. */
function overlaid(under: Json, over: Json): Json {
  if (!isFields(under) || !isFields(over)) return over;
  const names = new Set([...Object.keys(under), ...Object.keys(over)]);
  const entries = [...names].map((name) => {
    const [below, above] = [under[name], over[name]];
    if (above === undefined) return [name, below ?? null] as const;
    return [name, below === undefined ? above : overlaid(below, above)] as const;
  });
  return Object.fromEntries(entries);
}

function isFields(value: Json): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function fieldsOf(value: Json): Fields {
  return isFields(value) ? value : {};
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
