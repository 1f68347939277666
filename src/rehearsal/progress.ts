import { styleText } from 'node:util';
import type { Screen } from './screen.ts';
import type { JobIdentity, Result, RunEvent } from './workflow/events.ts';

const redrawEvery = 120;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const tailOfFailure = 25;

interface Running {
  readonly job: JobIdentity;
  readonly startedAt: number;
  step: string;
}

/**
 * Shows a run while it works: on a terminal the running jobs with their step and seconds, redrawn; elsewhere a line
 * when a job ends. The log of a failed job is shown from its end.
 */
export class Progress {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #running = new Map<number, Running>();
  readonly #tails = new Map<number, string[]>();
  readonly #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
    this.#startedAt = now();
    if (screen.live) this.#timer = setInterval(() => this.#draw(), redrawEvery).unref();
  }

  take(event: RunEvent): void {
    const running = this.#running.get(event.job.number);
    switch (event.kind) {
      case 'job-started':
        this.#running.set(event.job.number, { job: event.job, startedAt: event.at, step: '' });
        this.#tails.set(event.job.number, []);
        if (!this.#screen.live) this.#screen.print(`${this.#clock(event.at)}  started   ${event.job.name}`);
        return;
      case 'step-started':
        if (running !== undefined) running.step = event.step;
        return;
      case 'line':
        this.#keep(event.job.number, event.text);
        return;
      case 'annotation':
        if (event.annotation.level === 'notice') return;
        this.#annotation(event.job, event.annotation.level, event.annotation.message);
        return;
      case 'job-finished':
        this.#finished(event.job, event.result, event.at, event.reason);
        return;
      default:
        return;
    }
  }

  /** Takes the running jobs from the screen. */
  stop(): void {
    clearInterval(this.#timer);
    this.#screen.redraw([]);
  }

  #keep(job: number, line: string): void {
    const tail = this.#tails.get(job);
    tail?.push(line);
    if (tail !== undefined && tail.length > tailOfFailure) tail.shift();
  }

  #annotation(job: JobIdentity, level: 'error' | 'warning', message: string): void {
    // Errors are shown with the log of their job when it fails.
    if (level === 'error') return;
    this.#screen.print(this.#style('yellow', `          warning   ${job.name}: ${firstLine(message)}`));
  }

  #finished(job: JobIdentity, result: Result, at: number, reason: string | undefined): void {
    const running = this.#running.get(job.number);
    this.#running.delete(job.number);
    const seconds = running === undefined ? '' : `  ${((at - running.startedAt) / 1000).toFixed(1)} s`;
    const line = `${this.#clock(at)}  ${words[result].padEnd(8)}  ${job.name}${seconds}`;
    this.#screen.print(this.#style(colours[result], line));
    if (result !== 'failure') return;
    const tail = this.#tails.get(job.number) ?? [];
    const shown = tail.length > 0 ? tail : (reason ?? '').split('\n');
    for (const text of shown.flatMap((entry) => entry.split('\n')))
      this.#screen.print(`            │ ${text}`);
  }

  #draw(): void {
    this.#frame += 1;
    const mark = spinner[this.#frame % spinner.length] ?? '';
    const now = this.#now();
    this.#screen.redraw(
      [...this.#running.values()].map(({ job, startedAt, step }) => {
        const seconds = ((now - startedAt) / 1000).toFixed(0).padStart(4);
        return `${mark} ${seconds} s  ${job.name}  ${this.#style('dim', step)}`;
      }),
    );
  }

  #clock(at: number): string {
    return `${((at - this.#startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }

  #style(format: Parameters<typeof styleText>[0], text: string): string {
    return this.#screen.colours ? styleText(format, text, { validateStream: false }) : text;
  }
}

const words: Readonly<Record<Result, string>> = {
  success: 'done',
  failure: 'FAILED',
  cancelled: 'canceled',
  skipped: 'skipped',
};

const colours: Readonly<Record<Result, 'green' | 'red' | 'yellow' | 'dim'>> = {
  success: 'green',
  failure: 'red',
  cancelled: 'yellow',
  skipped: 'dim',
};

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
