/** Fields whose empty value says something: they are `optional`, or in a `oneof`, in Google's definition. */
const kept: ReadonlySet<string> = new Set(['value', 'maxRetries', 'manualInstanceCount']);
/** Maps with keys of the client's own; their values are left alone. */
const maps: ReadonlySet<string> = new Set(['annotations', 'environmentVariables', 'labels', 'limits']);

/**
 * The body without what proto3 cannot tell from nothing: `false`, `0`, an empty text, list or map. Google stores a
 * message, so a client never gets these back. https://protobuf.dev/programming-guides/json/
 */
export function withoutEmpty(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key, value]) => kept.has(key) || !isEmpty(key, value))
      .map(([key, value]) => [key, maps.has(key) ? value : inner(value)]),
  );
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  return typeof value === 'object' && value !== null ? withoutEmpty(value as Record<string, unknown>) : value;
}

/** An empty message is something: `emptyDir: {}`. */
function isEmpty(key: string, value: unknown): boolean {
  if (value === undefined || value === '' || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return maps.has(key) && Object.keys((value ?? {}) as object).length === 0;
}
