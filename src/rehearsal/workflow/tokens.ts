import type { MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { Expression, type SourcePlace, type Tree } from './model.ts';
import { workflowParser } from './packages.ts';

/** Turns the tokens of GitHub's parser into plain values with `Expression`s in them. */
export interface TokenReader {
  tree(token: TemplateToken | undefined): Tree;
  mapping(token: TemplateToken | undefined): MappingToken | undefined;
  items(token: TemplateToken | undefined): readonly TemplateToken[];
  /** The value under a key of a mapping. */
  child(token: TemplateToken | undefined, key: string): TemplateToken | undefined;
  /** The pairs of a mapping, in the order of the file. */
  pairs(token: TemplateToken | undefined): readonly (readonly [string, TemplateToken])[];
  /** The pairs of a mapping, with plain values. */
  record(token: TemplateToken | undefined): Readonly<Record<string, Tree>>;
  place(token: TemplateToken): SourcePlace;
}

/** `file` is named in the places of expressions. */
export async function tokenReader(file: string): Promise<TokenReader> {
  const { isBasicExpression, isMapping, isScalar, isSequence, isBoolean, isNumber } = await workflowParser();

  const place = (token: TemplateToken): SourcePlace => ({
    file,
    line: token.range?.start.line ?? 1,
    column: token.range?.start.column ?? 1,
  });

  const tree = (token: TemplateToken | undefined): Tree => {
    if (token === undefined) return null;
    if (isBasicExpression(token)) return new Expression(token.expression, place(token));
    if (isMapping(token)) return record(token);
    if (isSequence(token)) return [...token].map(tree);
    if (isBoolean(token) || isNumber(token)) return token.value;
    return isScalar(token) && token.toJSON() !== null ? token.toString() : null;
  };

  const mapping = (token: TemplateToken | undefined): MappingToken | undefined =>
    token !== undefined && isMapping(token) ? token : undefined;

  const pairs = (token: TemplateToken | undefined): readonly (readonly [string, TemplateToken])[] =>
    [...(mapping(token) ?? [])].map((pair) => [pair.key.toString(), pair.value] as const);

  const record = (token: TemplateToken | undefined): Readonly<Record<string, Tree>> =>
    Object.fromEntries(pairs(token).map(([key, value]) => [key, tree(value)]));

  return {
    tree,
    mapping,
    items: (token) => (token !== undefined && isSequence(token) ? [...token] : []),
    child: (token, key) => pairs(token).find(([name]) => name === key)?.[1],
    pairs,
    record,
    place,
  };
}
