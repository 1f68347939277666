import type { Change, FieldChange, Plain } from './change.ts';

/**
 * The fields in which `have` differs from `want`. Only fields that `want` names are looked at: what nobody asked for
 * belongs to the server or to somebody else. A field that `want` names as `undefined` is wanted absent. Objects are
 * walked; lists are compared item by item, since their order is part of what they say. An absent field equals the
 * empty values that Google's JSON leaves out.
 */
export function compare(want: object, have: object | undefined, prefix = ''): FieldChange[] {
  const had = (have ?? {}) as Record<string, unknown>;
  return Object.entries(want).flatMap(([key, after]) => {
    const field = prefix + key;
    const before = had[key];
    if (isRecord(after)) return compare(after, isRecord(before) ? before : undefined, `${field}.`);
    return same(after, before) ? [] : [{ field, ...present('before', before), ...present('after', after) }];
  });
}

/** Whether the server's value is the wanted one, holes and defaults of proto3 JSON aside. */
function same(want: unknown, have: unknown): boolean {
  if (want === undefined) return have === undefined || have === null || isEmpty(have);
  if (have === undefined || have === null) return isEmpty(want);
  if (Array.isArray(want)) {
    return (
      Array.isArray(have) &&
      want.length === have.length &&
      want.every((item, index) => sameItem(item, have[index]))
    );
  }
  // 64-bit integers travel as strings. https://protobuf.dev/programming-guides/json/
  return String(want) === String(have);
}

function sameItem(want: unknown, have: unknown): boolean {
  if (isRecord(want)) return isRecord(have) && compare(want, have).length === 0;
  return same(want, have);
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function present<Key extends string>(key: Key, value: unknown): { [K in Key]?: Plain } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Plain };
}

/** The update mask of a set of changes: Google's field masks name the path of each field. */
export function maskOf(fields: readonly FieldChange[]): string {
  return fields.map(({ field }) => field).join(',');
}

/** The top-level fields that changes touch: what a PATCH of whole fields has to name. */
export function touchedFields(changes: readonly Change[]): readonly string[] {
  return [
    ...new Set(changes.flatMap((change) => change.fields.map(({ field }) => field.split('.')[0] ?? field))),
  ];
}

/** The top-level fields of `want` that changes touch. */
export function touchedParts(want: object, changes: readonly Change[]): object {
  const touched = touchedFields(changes);
  return Object.fromEntries(Object.entries(want).filter(([key]) => touched.includes(key)));
}
