import { isDeepStrictEqual } from 'node:util';
import { camelCase, type Messages, messagesOf } from './messages.ts';
import type { Call, Refusal } from './service.ts';

/** An update of one resource, in the terms that Google's APIs share: https://google.aip.dev/134. */
export interface Update {
  /** The resource's message: `Instance` of `messages/redis.json`. */
  readonly api: string;
  readonly message: string;
  /** Fields of the resource that the API lets a client change. */
  readonly changeable: Iterable<string>;
  /** The resource as the API shows it. */
  readonly current: object;
  readonly body: object;
  /** `*` and an empty one are none. */
  readonly mask: string | null | undefined;
  /** The API's words for a path that it does not know or cannot change; `index` is its place in the mask. */
  refuse(path: string, index: number): Refusal;
}

/** A field in camelCase steps: `template.scaling` is `['template', 'scaling']`. */
export type FieldPath = readonly [string, ...string[]];

/** The request says these itself: the name in its path, the etag as a condition. */
const notFields = ['name', 'etag'];

/**
 * The fields that the mask names, or nothing when there is none. Output-only fields are left out and noted
 * (https://google.aip.dev/161); a field that cannot change is left out where the body has the value that is there
 * already and refused where it has another (https://google.aip.dev/203), with a mask as without one.
 */
export function maskedPaths(call: Call, update: Update): readonly FieldPath[] | undefined {
  const given = (update.mask ?? '').split(',').map((path) => path.trim());
  const named = given.filter((path) => path !== '' && path !== '*');
  const changeable = new Set(update.changeable);
  if (named.length === 0) {
    for (const field of Object.keys(update.body)) {
      if (!changeable.has(field)) requireSame(field, update, () => update.refuse(field, 0));
    }
    return undefined;
  }
  const paths: FieldPath[] = [];
  for (const [index, path] of named.entries()) {
    const steps = path.split('.').map(camelCase) as [string, ...string[]];
    const sort = sortOf(messagesOf(update.api), update.message, steps);
    if (sort === 'unknown') throw update.refuse(path, index);
    if (sort === 'output') call.ignore(`updateMask: ${path}`);
    else if (changeable.has(steps[0])) paths.push(steps);
    else requireSame(steps[0], update, () => update.refuse(path, index));
  }
  return paths;
}

/** Fields of messages in lists have no path of their own, those of a map are its keys. */
function sortOf(
  messages: Messages,
  message: string,
  path: readonly string[],
): 'unknown' | 'output' | 'input' {
  const [step, ...rest] = path;
  const fields = messages[message];
  if (step === undefined || fields === undefined) return 'input';
  const type = fields[step];
  if (type === undefined) return 'unknown';
  const [kind = '', ...flags] = type.split(' ');
  return flags.includes('out') ? 'output' : sortOf(messages, kind, rest);
}

function requireSame(field: string, update: Update, refusal: () => Refusal): void {
  if (notFields.includes(field)) return;
  const [given, held] = [setValue(update.body, field), setValue(update.current, field)];
  if (!isDeepStrictEqual(given, held)) throw refusal();
}

/** On the wire an absent field and one with its type's zero are the same. */
function setValue(resource: object, field: string): unknown {
  const value: unknown = Reflect.get(resource, field);
  const unset = value === '' || value === 0 || value === false || /_UNSPECIFIED$/.test(String(value));
  return unset ? undefined : value;
}
