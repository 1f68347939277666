import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { ExpressionData } from '@actions/expressions/data/expressiondata';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { Failure } from '../../lib/failure.ts';
import { Expression, type Tree } from './model.ts';

/** A value of an expression. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What `success()`, `failure()` and `cancelled()` answer. */
export interface Status {
  readonly success: boolean;
  readonly failure: boolean;
  readonly cancelled: boolean;
}

/** What an expression sees. */
export interface Scope {
  /** By name: `github`, `inputs`, ... Names that are not here are refused, as GitHub does. */
  readonly contexts: Readonly<Record<string, Json>>;
  /** Absent where GitHub does not allow status functions. */
  readonly status?: Status;
  /** The folder of `hashFiles`; absent where GitHub does not allow that function. */
  readonly workspace?: string;
}

/** Throws Failure EXPRESSION_INVALID, which names the place. */
export function evaluate(expression: Expression, scope: Scope): Json {
  const functions = functionsOf(scope);
  try {
    const { tokens } = new Lexer(expression.text).lex();
    const tree = new Parser(tokens, Object.keys(scope.contexts), functions).parse();
    const contexts = toData(scope.contexts);
    if (!(contexts instanceof data.Dictionary)) throw new TypeError('contexts are a mapping');
    return fromData(
      new Evaluator(
        tree,
        contexts,
        new Map(functions.map((one) => [one.name.toLowerCase(), one])),
      ).evaluate(),
    );
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { file, line, column } = expression.place;
    throw new Failure(
      'EXPRESSION_INVALID',
      `${file}:${line}:${column}: ${reason(cause)} in \${{ ${expression.text} }}`,
      {
        next: 'Correct the expression.',
        cause,
      },
    );
  }
}

/** The parser says `Unrecognized named-value: 'x'. Located at position ...`; the evaluator has the reason as cause. */
function reason(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** Evaluates all expressions in a value of the file. */
export function resolve(tree: Tree, scope: Scope): Json {
  if (tree instanceof Expression) return evaluate(tree, scope);
  if (Array.isArray(tree)) return tree.map((item: Tree) => resolve(item, scope));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, resolve(value, scope)]));
}

/** Evaluates to text, as GitHub does for `with`, `env` and names. */
export function resolveText(tree: Tree, scope: Scope): string {
  return asText(resolve(tree, scope));
}

/** Evaluates a mapping of texts, such as `env`. An absent one is empty. */
export function resolveTexts(tree: Tree, scope: Scope): Record<string, string> {
  const value = resolve(tree, scope);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
}

export function asText(value: Json): string {
  return toData(value).coerceString();
}

/** https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions#literals */
export function isTruthy(value: Json): boolean {
  return !(value === null || value === false || value === '' || value === 0 || Number.isNaN(value));
}

function functionsOf(scope: Scope): FunctionDefinition[] {
  const { status, workspace } = scope;
  const truth = (name: string, value: boolean): FunctionDefinition => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  return [
    ...(status === undefined
      ? []
      : [
          truth('success', status.success),
          truth('failure', status.failure),
          truth('cancelled', status.cancelled),
          truth('always', true),
        ]),
    ...(workspace === undefined
      ? []
      : [
          {
            name: 'hashFiles',
            minArgs: 1,
            maxArgs: 255,
            call: (...patterns: ExpressionData[]) =>
              new data.StringData(
                hashFiles(
                  workspace,
                  patterns.map((pattern) => pattern.coerceString()),
                ),
              ),
          },
        ]),
  ];
}

/**
 * SHA-256 over the SHA-256 digests of all matching files, empty when nothing matches; patterns that begin with `!`
 * take files away. https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions#hashfiles
 */
export function hashFiles(folder: string, patterns: readonly string[]): string {
  const matched = new Set<string>();
  for (const pattern of patterns.flatMap((lines) => lines.split('\n')).map((line) => line.trim())) {
    if (pattern === '') continue;
    const excluded = pattern.startsWith('!');
    for (const path of globSync(excluded ? pattern.slice(1) : pattern, { cwd: folder })) {
      if (excluded) matched.delete(path);
      else if (statSync(join(folder, path)).isFile()) matched.add(path);
    }
  }
  if (matched.size === 0) return '';
  const all = createHash('sha256');
  for (const path of [...matched].sort()) {
    all.update(
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest(),
    );
  }
  return all.digest('hex');
}

function toData(value: Json): ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (isList(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function fromData(value: ExpressionData | undefined): Json {
  if (value === undefined || value instanceof data.Null) return null;
  // `matrix.*.x` gives a subclass of Array.
  if (value instanceof data.Array) return value.values().map(fromData);
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]));
  }
  return value.value;
}
