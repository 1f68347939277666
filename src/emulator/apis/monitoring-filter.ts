import { Refusal } from '../service.ts';

/** What a path of the filter leads to in the thing that is being judged; nothing if it has no such field. */
export type Field = (path: string) => string | undefined;

export interface MonitoringFilter {
  readonly matches: (field: Field) => boolean;
  /** The values that the filter compares the path with by `=`. */
  valuesOf(path: string): readonly string[];
  /** Whether the path stands in the filter at all. */
  mentions(path: string): boolean;
}

type Test = (field: Field) => boolean;

const lexer =
  /\s+|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>>=|<=|!=|=|<|>|:|\(|\)|,)|(?<word>[^\s"'=<>!:(),]+)/y;

/** https://cloud.google.com/monitoring/api/v3/filters: comparisons joined by AND, OR and NOT, OR before AND. */
export function monitoringFilter(source: string): MonitoringFilter {
  const parser = new Parser(source);
  const matches = parser.whole();
  return {
    matches,
    valuesOf: (path) => parser.equals.filter(([name]) => name === path).map(([, value]) => value),
    mentions: (path) => parser.paths.has(path),
  };
}

export function badFilter(source: string, why: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Field filter had an invalid value of "${source}": ${why}`);
}

class Parser {
  readonly equals: [string, string][] = [];
  readonly paths = new Set<string>();
  readonly #source: string;
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = this.#lex(source);
  }

  whole(): Test {
    if (this.#tokens.length === 0) return () => true;
    const test = this.#and();
    if (this.#next < this.#tokens.length) throw this.#unexpected();
    return test;
  }

  #lex(source: string): string[] {
    const tokens: string[] = [];
    lexer.lastIndex = 0;
    while (lexer.lastIndex < source.length) {
      const at = lexer.lastIndex;
      const groups = lexer.exec(source)?.groups;
      if (groups === undefined && !/\s/.test(source[at] ?? '')) {
        throw badFilter(source, `could not parse filter at '${source.slice(at, at + 20)}'.`);
      }
      if (groups === undefined) continue;
      const token = groups.string ?? groups.sign ?? groups.word;
      if (token !== undefined) tokens.push(token);
    }
    return tokens;
  }

  #and(): Test {
    const terms = [this.#or()];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === 'AND') this.#next += 1;
      else if (token === undefined || token === ')') return (field) => terms.every((term) => term(field));
      terms.push(this.#or());
    }
  }

  #or(): Test {
    const terms = [this.#not()];
    while (this.#take('OR')) terms.push(this.#not());
    return (field) => terms.some((term) => term(field));
  }

  #not(): Test {
    if (this.#take('NOT')) {
      const inner = this.#not();
      return (field) => !inner(field);
    }
    if (this.#take('(')) {
      const inner = this.#and();
      if (!this.#take(')')) throw this.#unexpected();
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Test {
    const path = canonicalPath(this.#word());
    this.paths.add(path);
    const operator = this.#tokens[this.#next] ?? '';
    if (!/^(?:=|!=|>=|<=|<|>|:)$/.test(operator)) throw this.#unexpected();
    this.#next += 1;
    const name = this.#word();
    const call = this.#take('(') ? this.#arguments() : undefined;
    if (call !== undefined) {
      const test = this.#function(name, call);
      return (field) => {
        const held = field(path);
        return (held !== undefined && test(held)) === (operator !== '!=');
      };
    }
    const value = unquoted(name);
    if (operator === '=') this.equals.push([path, value]);
    return (field) => compare(field(path), operator, value);
  }

  #function(name: string, values: readonly string[]): (held: string) => boolean {
    const [first = ''] = values;
    switch (name) {
      case 'starts_with':
        return (held) => held.startsWith(first);
      case 'ends_with':
        return (held) => held.endsWith(first);
      case 'has_substring':
        return (held) => held.includes(first);
      case 'one_of':
        return (held) => values.includes(held);
      case 'monitoring.regex.full_match': {
        const expression = this.#expression(first);
        return (held) => expression.test(held);
      }
      default:
        throw badFilter(this.#source, `the function '${name}' is not known.`);
    }
  }

  #expression(source: string): RegExp {
    try {
      return new RegExp(`^(?:${source})$`);
    } catch {
      throw badFilter(this.#source, `'${source}' is not a regular expression.`);
    }
  }

  #arguments(): string[] {
    const values = [unquoted(this.#word())];
    while (this.#take(',')) values.push(unquoted(this.#word()));
    if (!this.#take(')')) throw this.#unexpected();
    return values;
  }

  #word(): string {
    const token = this.#tokens[this.#next];
    if (token === undefined || /^[=<>!:(),]/.test(token)) throw this.#unexpected();
    this.#next += 1;
    return token;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }

  #unexpected(): Refusal {
    const token = this.#tokens[this.#next];
    return badFilter(
      this.#source,
      token === undefined ? 'unexpected end of the filter.' : `unexpected token '${token}'.`,
    );
  }
}

/** `resource.label.x` is an older way to write `resource.labels.x`; user_labels are also written with quotes. */
export function canonicalPath(path: string): string {
  return unquoted(path).replace(/^(metric|resource|metadata\.user|metadata\.system)\.label\./, '$1.labels.');
}

function unquoted(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;
}

function compare(held: string | undefined, operator: string, value: string): boolean {
  if (operator === '!=') return held !== value;
  if (held === undefined) return false;
  if (operator === '=') return held === value;
  if (operator === ':') return value === '*' || held.includes(value);
  const difference = Number(held) - Number(value);
  if (operator === '>') return difference > 0;
  if (operator === '<') return difference < 0;
  return operator === '>=' ? difference >= 0 : difference <= 0;
}
