import type { RunContainer } from '../../google/run.ts';
import type { Draft, Edit, JobDraft, Kind, ServiceDraft } from './draft.ts';
import { listItems, type Pair, pairs, withoutQuotes } from './flag-words.ts';

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

/** What a flag is given: a word of `flags`, or the pairs of an input that stands for the flag. */
export type Given = string | readonly Pair[];

export interface Flag {
  /** `switch` is a flag with a `--no-` form. */
  readonly takes: 'nothing' | 'switch' | 'value';
  readonly on: readonly Kind[];
  /**
   * Reads all that the flag was given, in order, and says what changes. Throws FlagProblem. Of a switch it is `no` for
   * the `--no-` form.
   */
  readonly edit: (given: readonly Given[], context: FlagContext) => Edit | undefined;
}

export type FlagTable = Readonly<Record<string, Flag>>;

const both: readonly Kind[] = ['service', 'job'];
export const services: readonly Kind[] = ['service'];
export const jobs: readonly Kind[] = ['job'];

/** A flag of one value; when it stands there more than once, the last counts. */
export function value(
  edit: (value: string, context: FlagContext) => Edit | undefined,
  on: readonly Kind[] = both,
): Flag {
  return { takes: 'value', on, edit: (given, context) => edit(wordsOf(given).at(-1) ?? '', context) };
}

/** The same, of which an empty value changes nothing: a variable that is not set must not take a setting away. */
export function setting(
  edit: (value: string, context: FlagContext) => Edit | undefined,
  on: readonly Kind[] = both,
): Flag {
  return value((text, context) => {
    const given = withoutQuotes(text);
    return given === '' ? undefined : edit(given, context);
  }, on);
}

/** A flag that does its work each time that it stands there. */
export function each(edit: (value: string) => Edit, on: readonly Kind[] = both): Flag {
  return {
    takes: 'value',
    on,
    edit: (given) => {
      const edits = wordsOf(given).map(edit);
      return (draft) => {
        for (const one of edits) one(draft);
      };
    },
  };
}

/** A flag of items with commas between them; when it stands there more than once, all of them count. */
export function list(edit: (items: readonly string[]) => Edit, on: readonly Kind[] = both): Flag {
  return { takes: 'value', on, edit: (given) => edit(wordsOf(given).flatMap(listItems)) };
}

/** A flag of pairs KEY=VALUE, as `list`. */
export function entries(
  edit: (pairs: readonly Pair[]) => Edit | undefined,
  on: readonly Kind[] = both,
): Flag {
  return { takes: 'value', on, edit: (given) => edit(given.flatMap(pairsOf)) };
}

/** The pairs of what a flag was given. Throws FlagProblem. */
export function pairsOf(given: Given): readonly Pair[] {
  return typeof given === 'string' ? pairs(given) : given;
}

function wordsOf(given: readonly Given[]): string[] {
  return given.filter((one) => typeof one === 'string');
}

export function nothing(edit: (context: FlagContext) => Edit | undefined, on: readonly Kind[] = both): Flag {
  return { takes: 'nothing', on, edit: (_given, context) => edit(context) };
}

export function switched(
  edit: (on: boolean, context: FlagContext) => Edit | undefined,
  on: readonly Kind[] = both,
): Flag {
  return { takes: 'switch', on, edit: (given, context) => edit(given.at(-1) !== 'no', context) };
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
