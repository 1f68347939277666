import { Failure } from '../../lib/failure.ts';
import { asText, type Json } from './expressions.ts';

export interface Concurrency {
  readonly group: string;
  readonly cancelInProgress: boolean;
  /** `max` lets all wait; with `single` whoever comes later takes the place of the one that waits. */
  readonly queue: 'single' | 'max';
}

interface Group {
  running: AbortController | undefined;
  waiting: { readonly start: () => void; readonly giveUp: () => void }[];
}

/** GitHub refuses more than these. https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#concurrency */
const longestQueue = 100;

/** Thrown to the one whose turn never comes, because a later one took its place. */
export class Superseded extends Error {}

/** Reads an evaluated `concurrency:`; absent when there is none. */
export function readConcurrency(value: Json): Concurrency | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { group: asText(value), cancelInProgress: false, queue: 'single' };
  }
  const { group = null, ...rest } = value as { readonly [key: string]: Json };
  const cancelInProgress = rest['cancel-in-progress'] === true;
  const queue = rest.queue === 'max' ? 'max' : 'single';
  if (cancelInProgress && queue === 'max') {
    throw new Failure(
      'CONCURRENCY_INVALID',
      "'queue: max' cannot be combined with 'cancel-in-progress: true'.",
      {
        next: 'Remove one of the two.',
      },
    );
  }
  return asText(group) === '' ? undefined : { group: asText(group), cancelInProgress, queue };
}

/**
 * The concurrency groups of a repository: they hold across its runs. Names ignore case.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  /**
   * Runs the work when nobody else holds the group. `held` are the groups of the workflows and jobs around it: to
   * wait for one of those would never end. Whoever is cancelled while it waits gives its place up. Throws Failure
   * CONCURRENCY_DEADLOCK and Superseded.
   */
  async hold<T>(
    wanted: Concurrency,
    held: readonly string[],
    cancelled: AbortSignal,
    work: (cancelled: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const key = wanted.group.toLowerCase();
    if (held.some((one) => one.toLowerCase() === key)) {
      throw new Failure(
        'CONCURRENCY_DEADLOCK',
        `Concurrency group '${wanted.group}' is held by a workflow or job around this one. This will cause a deadlock.`,
        { next: 'Give the inner job a group of its own, or none.' },
      );
    }
    const group = this.#groups.get(key) ?? { running: undefined, waiting: [] };
    this.#groups.set(key, group);
    if (group.running !== undefined) await this.#turn(group, wanted, cancelled);
    const controller = new AbortController();
    group.running = controller;
    try {
      return await work(controller.signal);
    } finally {
      group.running = undefined;
      group.waiting.shift()?.start();
    }
  }

  #turn(group: Group, wanted: Concurrency, cancelled: AbortSignal): Promise<void> {
    if (wanted.queue === 'single') {
      for (const one of group.waiting.splice(0)) one.giveUp();
    }
    if (wanted.cancelInProgress) group.running?.abort(new Superseded());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (group.waiting.length >= longestQueue) {
      reject(new Superseded(`${longestQueue} others wait for concurrency group '${wanted.group}' already`));
      return promise;
    }
    const place = {
      // The place is taken at once: between this and the continuation of the waiter nobody may slip in.
      start: () => {
        group.running = new AbortController();
        resolve();
      },
      giveUp: () => reject(new Superseded(`a later one waits for concurrency group '${wanted.group}'`)),
    };
    group.waiting.push(place);
    const leave = (): void => {
      const index = group.waiting.indexOf(place);
      if (index < 0) return;
      group.waiting.splice(index, 1);
      reject(new Superseded('cancelled while it waited'));
    };
    if (cancelled.aborted) leave();
    cancelled.addEventListener('abort', leave, { once: true });
    return promise.finally(() => cancelled.removeEventListener('abort', leave));
  }
}
