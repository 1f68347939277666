/** Asks a revision over HTTP whether it answers as it should, before it gets traffic. */
import { type Visit, type VisitOptions, visit } from '../google/run-app.ts';
import type { Clock } from '../lib/clock.ts';

export interface SmokeTest {
  readonly path: string;
  /** The status that counts as good; absent for any below 500: that something answers is what is asked. */
  readonly status?: number | undefined;
  /** How many good answers in a row are asked for. */
  readonly successes: number;
  /** Seconds in which they must have come. */
  readonly timeoutSeconds: number;
}

export interface SmokeOptions extends Omit<VisitOptions, 'timeout'> {
  readonly clock: Clock;
}

/** Milliseconds for one answer: an instance may have to start for it. */
const answerTimeout = 30_000;
/** Milliseconds between two requests. */
const pauses = { afterGood: 200, afterBad: 1_000 };

/** Throws an Error that says what came instead. */
export async function smokeTest(url: string, test: SmokeTest, options: SmokeOptions): Promise<void> {
  const { clock, signal } = options;
  const end = clock.now() + test.timeoutSeconds * 1000;
  const target = new URL(test.path, url).href;
  let inARow = 0;
  let last = 'nothing was tried';
  while (clock.now() < end) {
    const answer = await answerOf(target, test, options, end);
    signal?.throwIfAborted();
    if (answer === undefined) {
      inARow++;
      if (inARow >= test.successes) return;
    } else {
      inARow = 0;
      last = answer;
    }
    await clock.sleep(answer === undefined ? pauses.afterGood : pauses.afterBad, signal);
  }
  const wanted = test.status === undefined ? 'a status below 500' : `status ${test.status}`;
  const often = test.successes > 1 ? ` ${test.successes} times in a row` : '';
  throw new Error(
    `GET ${target} was to answer with ${wanted}${often} within ${test.timeoutSeconds} s, but ${last}.`,
  );
}

/** What is wrong with the answer; nothing when it is good. */
async function answerOf(
  target: string,
  test: SmokeTest,
  options: SmokeOptions,
  end: number,
): Promise<string | undefined> {
  const timeout = Math.max(1, Math.min(answerTimeout, end - options.clock.now()));
  try {
    const answer = await visit(target, { ...options, timeout });
    return isGood(answer, test) ? undefined : `it answered ${answer.status}${refusalHint(answer)}`;
  } catch (error) {
    options.signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `it did not answer (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}

function isGood({ status }: Visit, test: SmokeTest): boolean {
  return test.status === undefined
    ? status < 500 && status !== 401 && status !== 403
    : status === test.status;
}

/** The body stays out: it may hold what no log should. */
function refusalHint({ status }: Visit): string {
  if (status === 401 || status === 403)
    return ' (Cloud Run refuses the caller: the deployer needs roles/run.invoker, or the service answers so itself)';
  return '';
}
