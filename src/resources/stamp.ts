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

/**
 * The differences without that of the stamp: by itself it is no reason to write, and nothing for a person to read. It
 * goes along with the labels of whatever is written.
 */
export function unstamped(fields: readonly FieldChange[]): FieldChange[] {
  return fields.filter(({ field }) => !/(^|\.)(labels|userLabels)\.spec$/.test(field));
}

/** The update of a stamped resource, marked when the difference came from outside. */
export function updateStamped(
  address: string,
  why: string,
  fields: readonly FieldChange[],
  want: Labels | undefined,
  have: Labels | undefined,
): readonly Change[] {
  return markOutside(update(address, why, fields), want, have);
}

/** Changes of a stamped resource, marked when what is there carries the stamp of today's wish. */
export function markOutside(
  changes: readonly Change[],
  want: Labels | undefined,
  have: Labels | undefined,
): readonly Change[] {
  const isOutside = want?.[label] !== undefined && want[label] === have?.[label];
  return isOutside ? changes.map((change) => ({ ...change, outside: true })) : changes;
}
