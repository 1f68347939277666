import type { Cloud, Table } from '../service.ts';
import type { TaskTemplate } from './run-resource.ts';

/**
 * How the tasks of a job go, since no container runs here: they succeed at once unless somebody says otherwise. Tests
 * of this repository put an entry into the table `run.outcomes` under the job's full name; everybody else, gcloud
 * included, gives the job or one run of it these variables, which go before the entry:
 *
 * - `EMULATOR_EXIT_CODE`: exit code of each attempt in turn, the last one for all that follow: `1` or `1,0`
 * - `EMULATOR_SECONDS`: how long an attempt takes, on the cloud's clock
 * - `EMULATOR_LOG`: what every attempt writes to its standard output
 */
export interface JobOutcome {
  readonly exitCodes?: readonly number[];
  readonly seconds?: number;
  readonly logs?: readonly string[];
}

export interface Attempt {
  readonly exitCode: number;
  readonly seconds: number;
  /** It was stopped since it took longer than the task's timeout. */
  readonly timedOut: boolean;
}

export function outcomes(cloud: Cloud): Table<JobOutcome> {
  return cloud.table<JobOutcome>('run.outcomes');
}

/** `job` is the full name. A variable whose value is no number is as good as none. */
export function outcomeOf(cloud: Cloud, job: string, template: TaskTemplate): JobOutcome {
  const scripted = outcomes(cloud).get(job) ?? {};
  const variables = new Map(
    (template.containers ?? []).flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value])),
  );
  const codes = variables.get('EMULATOR_EXIT_CODE')?.split(',').map(Number);
  const seconds = Number(variables.get('EMULATOR_SECONDS') ?? Number.NaN);
  const logs = variables.get('EMULATOR_LOG')?.split('\n');
  return {
    ...scripted,
    ...(codes === undefined || codes.some(Number.isNaN) ? {} : { exitCodes: codes }),
    ...(seconds >= 0 ? { seconds } : {}),
    ...(logs === undefined ? {} : { logs }),
  };
}

/** The attempts of one task until one succeeds or its retries are used up. */
export function attemptsOf(
  outcome: JobOutcome,
  limits: { readonly maxRetries: number; readonly timeoutSeconds: number },
): Attempt[] {
  const codes = outcome.exitCodes?.length ? outcome.exitCodes : [0];
  const wanted = outcome.seconds ?? 0;
  const timedOut = wanted > limits.timeoutSeconds;
  const seconds = Math.min(wanted, limits.timeoutSeconds);
  const attempts: Attempt[] = [];
  for (let turn = 0; turn <= limits.maxRetries; turn += 1) {
    const exitCode = codes[Math.min(turn, codes.length - 1)] ?? 0;
    attempts.push({ exitCode, seconds, timedOut });
    if (exitCode === 0 && !timedOut) break;
  }
  return attempts;
}
