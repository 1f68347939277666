/**
 * The words of `flags`, as deploy-cloudrun takes them apart: blanks and line breaks separate, quotes protect them, and a
 * quote with a backslash before it does not end them; the backslash stays. It goes on to hand a list such as `"sh","-c"`
 * to gcloud with the quotes in it; here a flag's value keeps its quotes until it is known whether it is a list.
 */
export interface FlagWord {
  /** `--cpu`; empty for a word that is not a flag. */
  readonly name: string;
  /** What stands after `=`, with its quotes; absent when nothing does. */
  readonly value?: string;
}

type Parsed = { readonly words: readonly FlagWord[] } | { readonly problem: string };

export function parseFlagWords(text: string): Parsed {
  const words: string[] = [];
  let word = '';
  let quote: { readonly mark: string; readonly at: number } | undefined;
  for (const [at, character] of [...text].entries()) {
    if (quote) {
      if (character === quote.mark && !word.endsWith('\\')) quote = undefined;
    } else if (character === '"' || character === "'") quote = { mark: character, at };
    else if (character === ' ' || character === '\r' || character === '\n') {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += character;
  }
  if (quote) {
    const name = quote.mark === '"' ? 'double' : 'single';
    return { problem: `has a ${name} quote at character ${quote.at + 1} that is not closed` };
  }
  if (word !== '') words.push(word);
  return { words: words.map(flagWord) };
}

function flagWord(written: string): FlagWord {
  const word = withoutQuotes(written);
  if (!word.startsWith('-')) return { name: '', value: written };
  // An equals sign between quotes is part of the value that they begin.
  const equals = /^[^="']*=/.exec(word)?.[0].length ?? 0;
  return equals === 0 ? { name: word } : { name: word.slice(0, equals - 1), value: word.slice(equals) };
}

/** Without the quotes that enclose the whole of it; one with a backslash before it closes nothing. */
export function withoutQuotes(word: string): string {
  const enclosed = /^(["'])((?:(?!\1).|(?<=\\)\1)*)\1$/s.exec(word);
  return enclosed && !enclosed[2]?.endsWith('\\') ? (enclosed[2] ?? '') : word;
}

/**
 * The items of a list flag: separated by commas, or by what stands between two carets at its beginning. Quotes
 * around an item protect it. https://cloud.google.com/sdk/gcloud/reference/topic/escaping
 */
export function listItems(value: string): string[] {
  const inner = withoutQuotes(value);
  const custom = /^\^(.+?)\^/s.exec(inner);
  if (custom) return inner.slice(custom[0].length).split(custom[1] ?? ',');
  if (inner === '') return [];
  const items: string[] = [];
  let item = '';
  let quote = '';
  for (const character of inner) {
    if (quote !== '') {
      if (character === quote && !item.endsWith('\\')) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    if (character === ',' && quote === '') {
      items.push(withoutQuotes(item));
      item = '';
    } else item += character;
  }
  return [...items, withoutQuotes(item)];
}

export type Pair = readonly [key: string, value: string];

/** `A=1,B=2` as pairs. Throws for an item without `=`, naming its place. */
export function pairs(value: string): Pair[] {
  return listItems(value).map((item, index) => {
    const equals = item.indexOf('=');
    if (equals < 1) throw new FlagProblem(`item ${index + 1} is not KEY=VALUE`);
    return [item.slice(0, equals), item.slice(equals + 1)];
  });
}

/** What is wrong with a flag's value; never repeats the value, which may hold what nobody should read. */
export class FlagProblem extends Error {}
