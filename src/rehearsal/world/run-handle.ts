import { EventEmitter } from 'node:events';
import type { RunRecord } from '../run.ts';
import { Runners } from '../runner/runners.ts';
import type { RunEvent } from '../workflow/events.ts';
import type { Json } from '../workflow/expressions.ts';
import type { WorldRun } from './types.ts';

export interface RunIdentity {
  readonly id: number;
  readonly number: number;
  readonly workflow: string;
  readonly eventName: string;
  readonly event: Json;
  readonly ref: string;
  readonly sha: string;
}

/** A run as a test or a person holds it. */
export class RunHandle implements WorldRun {
  readonly id: number;
  readonly number: number;
  readonly workflow: string;
  readonly eventName: string;
  readonly event: Json;
  readonly ref: string;
  readonly sha: string;
  readonly done: Promise<RunRecord>;
  readonly events: RunEvent[] = [];
  readonly runners = new Runners();
  readonly #cancelled = new AbortController();
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #waitsFor: () => readonly string[];
  #finished = false;

  constructor(
    identity: RunIdentity,
    waitsFor: () => readonly string[],
    work: (run: RunHandle) => Promise<RunRecord>,
  ) {
    this.id = identity.id;
    this.number = identity.number;
    this.workflow = identity.workflow;
    this.eventName = identity.eventName;
    this.event = identity.event;
    this.ref = identity.ref;
    this.sha = identity.sha;
    this.#waitsFor = waitsFor;
    this.done = work(this).finally(() => {
      this.#finished = true;
      this.#news.emit('finished');
    });
    // Whoever asks for `done` learns of a failure; nobody has to ask.
    this.done.catch(() => undefined);
  }

  get finished(): boolean {
    return this.#finished;
  }

  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  take(event: RunEvent): void {
    this.events.push(event);
    this.#news.emit('event', event);
  }

  async reached(job: string | RegExp, step?: string | RegExp): Promise<void> {
    const hit = (event: RunEvent): boolean => isStart(event, job, step);
    if (this.events.some(hit)) return;
    const missed = new Error(`run ${this.id} (${this.workflow}) has ended without ${job} ${step ?? ''}`);
    if (this.#finished) throw missed;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onEvent = (event: RunEvent): void => {
      if (hit(event)) resolve();
    };
    const onFinished = (): void => reject(missed);
    this.#news.on('event', onEvent);
    this.#news.once('finished', onFinished);
    try {
      await promise;
    } finally {
      this.#news.off('event', onEvent);
      this.#news.off('finished', onFinished);
    }
  }

  waitsFor(): readonly string[] {
    return this.#waitsFor();
  }

  cancel(): void {
    this.#cancelled.abort(new Error('the run was cancelled'));
  }

  kill(): void {
    this.runners.kill();
  }
}

function isStart(event: RunEvent, job: string | RegExp, step: string | RegExp | undefined): boolean {
  if (!matches(job, event.job.name)) return false;
  if (step === undefined) return event.kind === 'job-started';
  return event.kind === 'step-started' && matches(step, event.step);
}

function matches(wanted: string | RegExp, name: string): boolean {
  return typeof wanted === 'string' ? wanted === name : wanted.test(name);
}
