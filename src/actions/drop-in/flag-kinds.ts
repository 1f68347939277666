import type { RunContainer } from '../../google/run.ts';
import type { Draft, Edit, JobDraft, Kind, ServiceDraft } from './draft.ts';

/** What flags may do beside changing the draft. */
export interface Orders {
  project?: string;
  region?: string;
  noTraffic?: boolean;
  tag?: string;
  suffix?: string;
  /** Who may call the service: everybody, or no longer everybody. */
  everybody?: boolean;
  /** Run the job once it is deployed, and wait for it or not. */
  run?: 'and wait' | 'and go on';
  image?: string;
}

/** What flags need to be understood. */
export interface FlagContext {
  readonly orders: Orders;
  /** Reads a file of variables from the workspace. Throws FlagProblem. */
  readonly variables: (file: string) => Iterable<readonly [string, string]>;
}

export interface Flag {
  /** `switch` is a flag with a `--no-` form. */
  readonly takes: 'nothing' | 'switch' | 'value';
  readonly on: readonly Kind[];
  /** Reads the value and says what changes. Throws FlagProblem. `value` is `no` for the `--no-` form. */
  readonly edit: (value: string, context: FlagContext) => Edit | undefined;
}

export type FlagTable = Readonly<Record<string, Flag>>;

const both: readonly Kind[] = ['service', 'job'];
export const services: readonly Kind[] = ['service'];
export const jobs: readonly Kind[] = ['job'];

export function value(edit: Flag['edit'], on: readonly Kind[] = both): Flag {
  return { takes: 'value', on, edit };
}

export function nothing(edit: (context: FlagContext) => Edit | undefined, on: readonly Kind[] = both): Flag {
  return { takes: 'nothing', on, edit: (_value, context) => edit(context) };
}

export function switched(
  edit: (on: boolean, context: FlagContext) => Edit | undefined,
  on: readonly Kind[] = both,
): Flag {
  return { takes: 'switch', on, edit: (word, context) => edit(word !== 'no', context) };
}

export function containerEdit(change: (container: RunContainer, draft: Draft) => void): Edit {
  return (draft) => change(draft.container, draft);
}

/** A change of what only services have; the table lets such flags through for services alone. */
export function serviceEdit(change: (draft: ServiceDraft) => void): Edit {
  return (draft) => {
    if (draft.kind === 'service') change(draft);
  };
}

export function jobEdit(change: (draft: JobDraft) => void): Edit {
  return (draft) => {
    if (draft.kind === 'job') change(draft);
  };
}
