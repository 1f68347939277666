import { Refusal } from '../service.ts';
import type { LogEntry } from './logging.ts';

type Matches = (entry: LogEntry) => boolean;

const severities = [
  'DEFAULT',
  'DEBUG',
  'INFO',
  'NOTICE',
  'WARNING',
  'ERROR',
  'CRITICAL',
  'ALERT',
  'EMERGENCY',
];

/** A word is a field path, whose keys may be quoted, or a value: `labels."run.googleapis.com/job".x`. */
const lexer =
  /\s+|(?<word>[^\s"=<>:!()]+(?:(?<=\.)"(?:[^"\\]|\\.)*"[^\s"=<>:!()]*)*)|(?<string>"(?:[^"\\]|\\.)*")|(?<sign>>=|<=|!=|=~|!~|[=<>:()])/y;

/**
 * The logging query language, as far as comparisons joined by AND, OR and NOT go; a blank or a new line is an AND.
 * https://cloud.google.com/logging/docs/view/logging-query-language
 */
export function logFilter(source: string): Matches {
  const tokens = lex(source);
  if (tokens.length === 0) return () => true;
  const parser = new FilterParser(tokens);
  return parser.whole();
}

function lex(source: string): string[] {
  const tokens: string[] = [];
  lexer.lastIndex = 0;
  while (lexer.lastIndex < source.length) {
    const at = lexer.lastIndex;
    const match = lexer.exec(source);
    if (match === null) throw unparseable(source.slice(at, at + 20));
    const token = match.groups?.string ?? match.groups?.sign ?? match.groups?.word;
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

function unparseable(at: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Unparseable filter: syntax error at '${at}'`);
}

class FilterParser {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  whole(): Matches {
    const matches = this.#and();
    if (this.#next < this.#tokens.length) throw unparseable(this.#tokens[this.#next] ?? '');
    return matches;
  }

  // In this language OR binds more tightly than AND.
  #and(): Matches {
    const terms = [this.#or()];
    for (;;) {
      if (this.#take('AND')) terms.push(this.#or());
      else if (this.#next < this.#tokens.length && this.#tokens[this.#next] !== ')') terms.push(this.#or());
      else return (entry) => terms.every((term) => term(entry));
    }
  }

  #or(): Matches {
    const terms = [this.#not()];
    while (this.#take('OR')) terms.push(this.#not());
    return (entry) => terms.some((term) => term(entry));
  }

  #not(): Matches {
    if (this.#take('NOT')) {
      const inner = this.#not();
      return (entry) => !inner(entry);
    }
    if (this.#take('(')) {
      const inner = this.#and();
      if (!this.#take(')')) throw unparseable(this.#tokens[this.#next] ?? 'end of filter');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Matches {
    const field = this.#tokens[this.#next];
    const operator = this.#tokens[this.#next + 1];
    if (field === undefined) throw unparseable('end of filter');
    if (operator === undefined || !/^(=|!=|>=|<=|<|>|:|=~|!~)$/.test(operator)) {
      this.#next += 1;
      const text = unquote(field).toLowerCase();
      return (entry) => JSON.stringify(entry).toLowerCase().includes(text);
    }
    const value = this.#tokens[this.#next + 2];
    if (value === undefined || /^[=<>:()]/.test(value)) throw unparseable(operator);
    this.#next += 3;
    return compare(field, operator, unquote(value));
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }
}

function unquote(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;
}

function compare(path: string, operator: string, value: string): Matches {
  const rank = path === 'severity' ? (text: string) => severities.indexOf(text.toUpperCase()) : undefined;
  const expression = operator === '=~' || operator === '!~' ? regularExpression(value) : undefined;
  const time = path === 'timestamp' || path === 'receiveTimestamp';
  const steps = stepsOf(path);
  return (entry) => {
    const held = lookUp(entry, steps);
    if (held === undefined) return operator === '!=' || operator === '!~';
    const text = typeof held === 'object' ? JSON.stringify(held) : String(held);
    if (operator === ':') return value === '*' || text.toLowerCase().includes(value.toLowerCase());
    if (expression !== undefined) return expression.test(text) === (operator === '=~');
    if (time) return ordered(operator, Date.parse(text) - Date.parse(value));
    if (rank !== undefined) return ordered(operator, rank(text) - rank(value));
    if (typeof held === 'number') return ordered(operator, held - Number(value));
    return ordered(operator, text === value ? 0 : text < value ? -1 : 1);
  };
}

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw unparseable(source);
  }
}

function ordered(operator: string, difference: number): boolean {
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    default:
      return difference >= 0;
  }
}

/** Keys in quotes are taken whole, whatever they hold; outside quotes each dot goes a step down. */
function stepsOf(path: string): string[] {
  return Array.from(path.matchAll(/"((?:[^"\\]|\\.)*)"|[^."]+/g), ([step, quoted]) =>
    quoted === undefined ? step : quoted.replace(/\\(.)/g, '$1'),
  );
}

function lookUp(entry: LogEntry, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? Reflect.get(value, step)
        : undefined,
    entry,
  );
}
