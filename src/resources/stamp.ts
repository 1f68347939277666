/**
 * A label with a digest of what was asked for when a resource was last applied. There is no state file to compare
 * with: when the stamp is that of today's wish and a field is not, somebody changed the field by hand.
 */
import { createHash } from 'node:crypto';
import { type Change, type FieldChange, update } from '../engine/change.ts';

const label = 'spec';

type Labels = Readonly<Record<string, string | undefined>>;

/** The wish with its own stamp among its labels, whose values take at most 63 lower-case letters and digits. */
export function stamped<Want extends { readonly labels?: Labels | undefined }>(want: Want): Want {
  const digest = createHash('sha256').update(JSON.stringify(want)).digest('hex').slice(0, 16);
  return { ...want, labels: { ...want.labels, [label]: digest } };
}

/** The update of a stamped resource, marked when the difference came from outside. */
export function updateStamped(
  address: string,
  why: string,
  fields: readonly FieldChange[],
  want: Labels | undefined,
  have: Labels | undefined,
): readonly Change[] {
  const isOutside = want?.[label] !== undefined && want[label] === have?.[label];
  return update(address, why, fields).map((change) => (isOutside ? { ...change, outside: true } : change));
}
