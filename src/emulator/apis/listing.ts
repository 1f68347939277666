import { type Cloud, Refusal } from '../service.ts';

/**
 * One page of a list, as `pageSize` (Compute and Cloud SQL: `maxResults`) and `pageToken` ask for it. The token says
 * where to go on; a token that this emulator did not give is refused.
 */
export function page<T>(
  items: readonly T[],
  query: URLSearchParams,
  options: { sizeParameter?: string; largest?: number } = {},
): { items: T[]; nextPageToken?: string } {
  const parameter = options.sizeParameter ?? 'pageSize';
  const largest = options.largest ?? 1000;
  const size = Number(query.get(parameter) ?? 0);
  if (!Number.isInteger(size) || size < 0) {
    throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid value for ${parameter}: it must not be negative.`);
  }
  const start = offsetOf(query.get('pageToken'));
  const end = start + (size === 0 ? Math.min(100, largest) : Math.min(size, largest));
  const shown = items.slice(start, end);
  return end < items.length ? { items: shown, nextPageToken: tokenOf(end) } : { items: shown };
}

function tokenOf(offset: number): string {
  return Buffer.from(`page:${offset}`).toString('base64url');
}

function offsetOf(token: string | null): number {
  if (token === null || token === '') return 0;
  const match = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null)
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The provided page token is invalid.', { reason: 'invalid' });
  return Number(match[1]);
}

/** A version 4 looking UUID that depends on the seed alone. */
export function uuid(cloud: Cloud, counter: string): string {
  const hex = cloud.hex(32, counter);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
