/**
 * A digest of what was asked for when a resource was last applied, kept by the resource itself: as a label, or as the
 * last word of its description where its kind takes no labels. There is no state file to compare with: when the stamp is
 * that of today's wish and a field is not, somebody changed the field by hand. What carries neither stays without a
 * claim; docs/decisions/0013 lists it.
 */
import { createHash } from 'node:crypto';
import { type Change, type FieldChange, update } from '../engine/change.ts';

const label = 'spec';

type Labels = Readonly<Record<string, string | undefined>>;

/** What stands for a wish: sixteen hexadecimal digits. */
export function stampOf(want: object): string {
  return createHash('sha256').update(JSON.stringify(want)).digest('hex').slice(0, 16);
}

/** The wish with its own stamp among its labels, whose values take at most 63 lower-case letters and digits. */
export function stamped<Want extends { readonly labels?: Labels | undefined }>(want: Want): Want {
  return { ...want, labels: { ...want.labels, [label]: stampOf(want) } };
}

const lastWord = new RegExp(` ${label}=([0-9a-f]{16})$`);

/** A description that ends in the stamp of this wish. */
export function stampedText(text: string, want: object): string {
  return `${text} ${label}=${stampOf(want)}`;
}

/**
 * The differences without that of the stamp: by itself it is no reason to write, and nothing for a person to read. It
 * goes along with the labels of whatever is written.
 */
export function unstamped(fields: readonly FieldChange[]): FieldChange[] {
  return fields.filter((change) => !isLabelStamp(change) && !isTextStamp(change));
}

function isLabelStamp({ field }: FieldChange): boolean {
  return /(^|\.)(labels|userLabels)\.spec$/.test(field);
}

function isTextStamp({ field, before, after }: FieldChange): boolean {
  const plain = (text: unknown): string => String(text).replace(lastWord, '');
  return field === 'description' && plain(before) === plain(after);
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
  return marked(changes, want?.[label], have?.[label]);
}

/** The same for a resource whose stamp stands in its description. */
export function markOutsideText(
  changes: readonly Change[],
  want: string | undefined,
  have: string | null | undefined,
): readonly Change[] {
  const stampIn = (text: string | null | undefined): string | undefined => lastWord.exec(text ?? '')?.[1];
  return marked(changes, stampIn(want), stampIn(have));
}

function marked(
  changes: readonly Change[],
  want: string | undefined,
  have: string | undefined,
): readonly Change[] {
  if (want === undefined || want !== have) return changes;
  return changes.map((change) => ({ ...change, outside: true }));
}
