/** Values of flags, as gcloud takes them; quotes around the whole of one are not part of it. */
import { FlagProblem, withoutQuotes } from './flag-words.ts';

export function integer(written: string): number {
  const value = withoutQuotes(written);
  if (!/^\d+$/.test(value)) throw new FlagProblem('must be a whole number');
  return Number(value);
}

/** A number, or `undefined` for `default`: the server's own choice. */
export function integerOrDefault(written: string): number | undefined {
  return withoutQuotes(written) === 'default' ? undefined : integer(written);
}

/** `300`, `300s`, `5m`, `1h2m3s` as Google's `300s`. https://cloud.google.com/sdk/gcloud/reference/topic/datetimes */
export function duration(written: string): string {
  const value = withoutQuotes(written);
  if (/^\d+$/.test(value)) return `${value}s`;
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(value);
  if (!parts || value === '') throw new FlagProblem('must be a duration, as 300, 300s, 5m or 1h30m');
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return `${(((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)}s`;
}

export function oneOf<T>(written: string, words: Readonly<Record<string, T>>): T {
  const found = words[withoutQuotes(written).toLowerCase()];
  if (found === undefined) throw new FlagProblem(`must be one of ${Object.keys(words).join(', ')}`);
  return found;
}

/** Traffic in percent by revision or tag, `a=10,b=90`. Throws for more than 100 in all. */
export function percentages(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const part of text.split(/[,\n]/).map((one) => one.trim())) {
    if (part === '') continue;
    const match = /^([A-Za-z][A-Za-z0-9-]*)\s*=\s*(\d{1,3})$/.exec(part);
    if (!match) throw new FlagProblem(`must be NAME=PERCENT pairs with commas between them, found "${part}"`);
    found.set(match[1] ?? '', Number(match[2]));
  }
  const sum = [...found.values()].reduce((total, one) => total + one, 0);
  if (found.size === 0) throw new FlagProblem('must be NAME=PERCENT pairs with commas between them');
  if (sum > 100) throw new FlagProblem(`assigns ${sum} percent, 100 is all there is`);
  return found;
}
