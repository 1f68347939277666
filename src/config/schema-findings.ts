import { z } from 'zod';
import type { FindingList, Where } from './finding-list.ts';
import { nearest, suggestion } from './nearest.ts';
import { type Config, configSchema } from './schema.ts';
import { childPath, describe, type MapNode, type Node, type ScalarNode } from './source.ts';
import { nodeAt, type Path, plain, whereAt, withValue } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** What the schema makes of a tree, and the tree without what did not fit. */
export interface Checked {
  readonly config: Config;
  readonly tree: MapNode;
}

/** Each round leaves out at least one level of what was refused; the schema is not nearly as deep. */
const mostRounds = 100;

/**
 * Checks one merged environment against the schema. What does not fit is reported and then left out (a misspelled
 * key is read as the one it resembles), so that the checks that follow can look at the rest in the same go.
 */
export function checkSchema(merged: MapNode, findings: FindingList): Checked {
  let tree = merged;
  const refused = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const result = configSchema.safeParse(plain(tree));
    if (result.success) return { config: result.data, tree };
    const repairs = result.error.issues.flatMap((issue) => report(issue, tree, refused, findings));
    tree = apply(repairs, tree);
  }
  throw new Error('the schema still refuses what is left of the file');
}

interface Repair {
  readonly path: Path;
  /** Nothing: leave the value out. */
  readonly value?: Node;
}

function apply(repairs: readonly Repair[], tree: MapNode): MapNode {
  const done = new Set<string>();
  let repaired = tree;
  // From the end, since leaving out a list item moves those behind it.
  for (const { path, value } of repairs.toReversed()) {
    const key = JSON.stringify(path);
    if (value === undefined && done.has(key)) continue;
    done.add(key);
    repaired = withValue(repaired, path, value);
  }
  return repaired;
}

/** `refused` are the paths of values that were left out before: they are not missing. */
function report(issue: Issue, tree: MapNode, refused: Set<string>, findings: FindingList): readonly Repair[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.flatMap((key) => reportUnknownKey(path, key, tree, findings));
  const node = nodeAt(tree, path);
  if (node === undefined) {
    if (!refused.has(JSON.stringify(path))) reportMissing(path, issue, tree, findings);
    return [standIn(path, tree)];
  }
  const emptied = issue.code === 'too_small' && isWithin(refused, path);
  refused.add(JSON.stringify(path));
  if (emptied) return [{ path }];
  if (issue.code === 'invalid_key') {
    findings.error({
      code: 'INVALID_NAME',
      at: atKey(node),
      message: `"${String(path.at(-1))}" cannot be used as a name here`,
      fix: issue.issues[0]?.message ?? 'choose another name',
    });
    return [{ path }];
  }
  findings.error({
    code: isWrongType(issue, node) ? 'WRONG_TYPE' : 'INVALID_VALUE',
    at: node,
    message: `found ${describe(node)}`,
    fix: fixOf(issue, node),
  });
  return [{ path }];
}

/** Whether something in that list was left out: then it is short of items for that reason alone. */
function isWithin(refused: ReadonlySet<string>, path: Path): boolean {
  const inside = `${JSON.stringify(path).slice(0, -1)},`;
  return [...refused].some((other) => other.startsWith(inside));
}

function atKey(node: Node): Where {
  return { place: node.keyPlace, path: node.path };
}

function reportUnknownKey(path: Path, key: string, tree: MapNode, findings: FindingList): readonly Repair[] {
  const node = nodeAt(tree, [...path, key]);
  if (node === undefined) return [];
  const known = knownKeys(path);
  findings.error({
    code: 'UNKNOWN_KEY',
    at: atKey(node),
    message: `unknown key "${key}"`,
    fix: suggestion(key, known, 'remove it'),
  });
  const meant = nearest(key, known);
  const left: Repair = { path: [...path, key] };
  if (meant === undefined || meant === 'environments') return [left];
  if (nodeAt(tree, [...path, meant]) !== undefined) return [left];
  return [left, { path: [...path, meant], value: node }];
}

function knownKeys(path: Path): readonly string[] {
  let schema: unknown = configSchema;
  for (const step of path) schema = schemaBelow(bare(schema), step);
  const found = bare(schema);
  const keys = found instanceof z.ZodObject ? Object.keys(found.shape) : [];
  return path.length === 0 ? [...keys, 'environments'] : keys;
}

function schemaBelow(schema: unknown, step: string | number): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[step];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return undefined;
}

function bare(schema: unknown): unknown {
  let current = schema;
  while (
    current instanceof z.ZodOptional ||
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault
  )
    current = current.unwrap();
  return current;
}

function reportMissing(path: Path, issue: Issue, tree: MapNode, findings: FindingList): void {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const around = parent.length === 0 ? tree : whereAtKey(tree, parent);
  findings.error({
    code: 'MISSING_KEY',
    at: { place: around.place, path: childPath(around.path, key) },
    message: `"${key}" is missing`,
    fix: isOurs(issue) ? `add ${key}: ${issue.message}` : `add ${key}:`,
  });
}

/** Stand-ins for the few keys that must be there, so that the rest of the file can be checked without them. */
export const standIns = { version: 1, name: 'app', region: 'us-central1' } as const;

function standIn(path: Path, tree: MapNode): Repair {
  if (path.length > 1) return { path: path.slice(0, -1) };
  const key = String(path[0]);
  const where = { place: tree.place, keyPlace: tree.place, path: key };
  const value = Object.entries(standIns).find(([name]) => name === key)?.[1];
  if (value === undefined)
    return { path, value: { kind: 'map', entries: new Map<string, Node>(), ...where } };
  const scalar: ScalarNode = { kind: 'scalar', value, text: String(value), ...where };
  return { path, value: scalar };
}

function whereAtKey(tree: MapNode, path: Path): Where {
  const node = nodeAt(tree, path);
  return node === undefined ? whereAt(tree, path) : atKey(node);
}

function isWrongType(issue: Issue, node: Node): boolean {
  if (issue.code === 'too_small' || issue.code === 'too_big') return false;
  return issue.code === 'invalid_type' || node.kind !== 'scalar' || node.value === null;
}

/** The schema's own texts are fixes; zod's are not. They all begin in one of these ways. */
function isOurs(issue: Issue): boolean {
  return !/^(Invalid|Too |Unrecognized|Number must|Expected)/.test(issue.message);
}

function fixOf(issue: Issue, node: Node): string {
  if (isOurs(issue)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return typeFix(issue.expected);
    case 'invalid_value':
      return valueFix(node, issue.values.map(String));
    case 'too_small':
      return `write at least ${issue.minimum}${issue.origin === 'array' ? ' item' : ''}`;
    case 'too_big':
      return `write at most ${issue.maximum}`;
    default:
      return 'see docs/deploy-yaml.md for what fits here';
  }
}

function valueFix(node: Node, values: readonly string[]): string {
  const written = node.kind === 'scalar' ? node.text : '';
  const near = nearest(written, values);
  return near === undefined ? `write ${values.join(', or ')}` : `did you mean ${near}?`;
}

function typeFix(expected: string): string {
  switch (expected) {
    case 'string':
      return 'write a text; put quotes around what looks like a number or true/false';
    case 'int':
      return 'write a whole number';
    case 'number':
      return 'write a number';
    case 'boolean':
      return 'write true or false';
    case 'array':
      return 'write a list, for example [a, b]';
    default:
      return 'write a map, that is lines of "key: value"';
  }
}
