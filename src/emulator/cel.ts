/**
 * The part of Common Expression Language that attribute mappings and conditions use: comparison, `&& || ! ?:`, `in`,
 * `+`, member access and index, lists, `has()`, `size()`, `startsWith endsWith contains matches extract`. Anything else
 * is an error, never a guess. https://github.com/google/cel-spec
 */
export class CelError extends Error {}

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

type Node =
  | { kind: 'literal'; value: Value }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Node[] }
  | { kind: 'member'; of: Node; name: string }
  | { kind: 'index'; of: Node; index: Node }
  | { kind: 'call'; on: Node | undefined; name: string; args: Node[] }
  | { kind: 'unary'; operator: '!' | '-'; of: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'choice'; test: Node; yes: Node; no: Node };

interface Token {
  readonly kind: 'string' | 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const lexer =
  /\s+|(?<string>r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>&&|\|\||==|!=|<=|>=|[<>!?:+\-*/%()[\]{},.])/y;

const precedence: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  in: 3,
  '+': 4,
  '-': 4,
};

/** A parsed expression, ready to be evaluated any number of times. */
export interface Expression {
  /** Throws CelError, for example for a claim that is not there. */
  evaluate(variables: Readonly<Record<string, unknown>>): unknown;
  /** The variables that the expression mentions, as far as they are known by name: `assertion.repository`. */
  readonly references: readonly string[];
}

/** Throws CelError with the column of the mistake. */
export function parseCel(source: string): Expression {
  const references: string[] = [];
  const tree = new Parser(tokens(source), references).whole();
  return { references, evaluate: (variables) => evaluate(tree, variables as Record<string, Value>) };
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  lexer.lastIndex = 0;
  while (lexer.lastIndex < source.length) {
    const at = lexer.lastIndex;
    const match = lexer.exec(source);
    if (match === null) throw new CelError(`Syntax error at column ${at + 1}: unexpected '${source[at]}'`);
    for (const kind of ['string', 'number', 'name', 'sign'] as const) {
      const text = match.groups?.[kind];
      if (text !== undefined) found.push({ kind, text, at });
    }
  }
  found.push({ kind: 'end', text: 'end of input', at: source.length });
  return found;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #references: string[];
  #next = 0;

  constructor(list: readonly Token[], references: string[]) {
    this.#tokens = list;
    this.#references = references;
  }

  whole(): Node {
    const tree = this.#choice();
    if (this.#peek().kind !== 'end') this.#fail();
    return tree;
  }

  #choice(): Node {
    const test = this.#binary(1);
    if (!this.#take('?')) return test;
    const yes = this.#choice();
    this.#expect(':');
    return { kind: 'choice', test, yes, no: this.#choice() };
  }

  #binary(least: number): Node {
    let left = this.#unary();
    for (;;) {
      const operator = this.#peek().text;
      const strength = this.#peek().kind === 'string' ? undefined : precedence[operator];
      if (strength === undefined || strength < least) return left;
      this.#next += 1;
      left = { kind: 'binary', operator, left, right: this.#binary(strength + 1) };
    }
  }

  #unary(): Node {
    if (this.#take('!')) return { kind: 'unary', operator: '!', of: this.#unary() };
    if (this.#take('-')) return { kind: 'unary', operator: '-', of: this.#unary() };
    return this.#postfix(this.#primary());
  }

  #postfix(start: Node): Node {
    let node = start;
    for (;;) {
      if (this.#take('.')) {
        const name = this.#advance();
        if (name.kind !== 'name') this.#fail(name);
        if (this.#take('(')) {
          node = { kind: 'call', on: node, name: name.text, args: this.#list(')') };
        } else {
          node = { kind: 'member', of: node, name: name.text };
          const path = pathOf(node);
          if (path !== undefined) this.#references.push(path);
        }
      } else if (this.#take('[')) {
        const index = this.#choice();
        this.#expect(']');
        node = { kind: 'index', of: node, index };
        const path = pathOf(node);
        if (path !== undefined) this.#references.push(path);
      } else {
        return node;
      }
    }
  }

  #primary(): Node {
    const token = this.#advance();
    if (token.kind === 'string') return { kind: 'literal', value: unquote(token.text) };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.text === '(') {
      const inner = this.#choice();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#list(']') };
    if (token.kind !== 'name') this.#fail(token);
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true' };
    if (token.text === 'null') return { kind: 'literal', value: null };
    if (this.#take('(')) return { kind: 'call', on: undefined, name: token.text, args: this.#list(')') };
    return { kind: 'name', name: token.text };
  }

  #list(end: string): Node[] {
    const items: Node[] = [];
    while (!this.#take(end)) {
      items.push(this.#choice());
      if (this.#peek().text !== end) this.#expect(',');
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: 'end of input', at: 0 };
  }

  #advance(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #take(sign: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) this.#fail();
  }

  #fail(token: Token = this.#peek()): never {
    throw new CelError(`Syntax error at column ${token.at + 1}: unexpected '${token.text}'`);
  }
}

function unquote(text: string): string {
  if (text.startsWith('r')) return text.slice(2, -1);
  return text.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === 't') return '\t';
    return escaped;
  });
}

function pathOf(node: Node): string | undefined {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'member') {
    const of = pathOf(node.of);
    return of === undefined ? undefined : `${of}.${node.name}`;
  }
  if (node.kind === 'index' && node.index.kind === 'literal' && typeof node.index.value === 'string') {
    const of = pathOf(node.of);
    return of === undefined ? undefined : `${of}.${node.index.value}`;
  }
  return undefined;
}

function evaluate(node: Node, variables: Readonly<Record<string, Value>>): Value {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'list':
      return node.items.map((item) => evaluate(item, variables));
    case 'name': {
      const value = variables[node.name];
      if (value === undefined) throw new CelError(`undeclared reference to '${node.name}'`);
      return value;
    }
    case 'member':
      return member(evaluate(node.of, variables), node.name);
    case 'index': {
      const of = evaluate(node.of, variables);
      const index = evaluate(node.index, variables);
      if (Array.isArray(of) && typeof index === 'number') {
        const item: Value | undefined = of[index];
        if (item === undefined) throw new CelError('index out of bounds');
        return item;
      }
      if (typeof index !== 'string') throw new CelError('no such overload');
      return member(of, index);
    }
    case 'unary': {
      const of = evaluate(node.of, variables);
      if (node.operator === '-') return -numeric(of);
      return !truth(of);
    }
    case 'choice':
      return truth(evaluate(node.test, variables))
        ? evaluate(node.yes, variables)
        : evaluate(node.no, variables);
    case 'binary':
      return binary(node, variables);
    case 'call':
      return call(node, variables);
  }
}

function member(of: Value, name: string): Value {
  if (typeof of !== 'object' || of === null || Array.isArray(of)) throw new CelError('no such overload');
  const value = (of as Readonly<Record<string, Value>>)[name];
  if (value === undefined) throw new CelError(`no such key: ${name}`);
  return value;
}

function binary(
  node: { operator: string; left: Node; right: Node },
  variables: Readonly<Record<string, Value>>,
): Value {
  if (node.operator === '&&' || node.operator === '||') return logic(node, variables);
  const left = evaluate(node.left, variables);
  const right = evaluate(node.right, variables);
  switch (node.operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      if (Array.isArray(right)) return right.some((item) => equal(item, left));
      if (typeof right === 'object' && right !== null && typeof left === 'string') return left in right;
      throw new CelError('no such overload');
    case '+':
      if (typeof left === 'string' && typeof right === 'string') return left + right;
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
      return numeric(left) + numeric(right);
    case '-':
      return numeric(left) - numeric(right);
    default:
      return compare(node.operator, left, right);
  }
}

/** `&&` and `||` are commutative in CEL: an error on one side does not matter if the other side decides. */
function logic(
  node: { operator: string; left: Node; right: Node },
  variables: Readonly<Record<string, Value>>,
): boolean {
  const decides = node.operator === '||';
  let failure: unknown;
  for (const side of [node.left, node.right]) {
    try {
      if (truth(evaluate(side, variables)) === decides) return decides;
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return !decides;
}

function compare(operator: string, left: Value, right: Value): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) throw new CelError('no such overload');
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  if (operator === '>') return left > right;
  return left >= right;
}

function call(
  node: { on: Node | undefined; name: string; args: Node[] },
  variables: Readonly<Record<string, Value>>,
): Value {
  if (node.on === undefined) return globalCall(node, variables);
  const on = evaluate(node.on, variables);
  const args = node.args.map((argument) => evaluate(argument, variables));
  if (node.name === 'size') return size(on);
  if (typeof on !== 'string') throw new CelError('no such overload');
  const [first] = args;
  if (typeof first !== 'string' || args.length !== 1) {
    if (node.name === 'lowerAscii' && args.length === 0) return on.toLowerCase();
    if (node.name === 'upperAscii' && args.length === 0) return on.toUpperCase();
    throw new CelError('no such overload');
  }
  switch (node.name) {
    case 'startsWith':
      return on.startsWith(first);
    case 'endsWith':
      return on.endsWith(first);
    case 'contains':
      return on.includes(first);
    case 'matches':
      return matches(on, first);
    case 'extract':
      return extract(on, first);
    default:
      throw new CelError(`undeclared reference to '${node.name}'`);
  }
}

function globalCall(node: { name: string; args: Node[] }, variables: Readonly<Record<string, Value>>): Value {
  const [argument] = node.args;
  if (argument === undefined || node.args.length !== 1) throw new CelError('no such overload');
  switch (node.name) {
    case 'has': {
      if (argument.kind !== 'member') throw new CelError('invalid argument to has() macro');
      const of = evaluate(argument.of, variables);
      return typeof of === 'object' && of !== null && argument.name in of;
    }
    case 'size':
      return size(evaluate(argument, variables));
    case 'string':
      return String(evaluate(argument, variables));
    case 'timestamp': {
      const text = evaluate(argument, variables);
      const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
      if (Number.isNaN(time)) throw new CelError('invalid timestamp');
      return time;
    }
    default:
      throw new CelError(`undeclared reference to '${node.name}'`);
  }
}

function matches(text: string, expression: string): boolean {
  try {
    return new RegExp(expression).test(text);
  } catch {
    throw new CelError(`invalid regular expression: ${expression}`);
  }
}

/** Google's own function: `"a/b/c".extract("a/{x}/")` is what stands at `{x}`. */
function extract(text: string, template: string): string {
  const [, before, after] = /^([^{]*)\{[^}]+\}(.*)$/.exec(template) ?? [];
  if (before === undefined || after === undefined) throw new CelError('invalid extract template');
  const start = text.indexOf(before);
  if (start < 0) return '';
  const rest = text.slice(start + before.length);
  if (after === '') return rest;
  const end = rest.indexOf(after);
  return end < 0 ? '' : rest.slice(0, end);
}

function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload');
  return value;
}

function numeric(value: Value): number {
  if (typeof value !== 'number') throw new CelError('no such overload');
  return value;
}

function size(value: Value): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  throw new CelError('no such overload');
}

function equal(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index] ?? null));
  }
  return left === right;
}
