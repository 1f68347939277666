import type { FindingList } from './finding-list.ts';
import { suggestion } from './nearest.ts';
import { childPath, describe, type MapNode, type Node } from './source.ts';
import { mapAt, nodeAt } from './tree.ts';

/**
 * How an environment becomes one description:
 *
 * 1. Start with everything outside `environments:`.
 * 2. Lay the environments of the `extends` chain over it, the farthest first and the chosen one last.
 * 3. Laying over: maps merge key by key; scalars and lists replace what was there; `null` takes the key away. An entry
 *    under `secrets:` is replaced as a whole, since its keys are alternatives (`generate`, `from_env`, `value`).
 *
 * Each value keeps the place of the text that it came from, so that a finding points at the line to change.
 */
export interface MergedEnvironment {
  readonly name: string;
  readonly tree: MapNode;
}

/** The environment of a file that has none. */
export const onlyEnvironment = 'default';

const namePattern = /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/;
/** What identifies the file as a whole and so cannot differ per environment. */
const fixedKeys = ['version', 'name', 'environments', 'previews'];

/** The environment that another one starts from. */
export function parentOf(root: MapNode, name: string): string | undefined {
  const parent = nodeAt(root, ['environments', name, 'extends']);
  return parent?.kind === 'scalar' && typeof parent.value === 'string' ? parent.value : undefined;
}

export function declaredEnvironments(root: MapNode): readonly string[] {
  return [...mapAt(root, ['environments']).keys()];
}

/** Checks the section itself: names, kinds and chains. What the environments hold is checked once merged. */
export function checkEnvironments(root: MapNode, findings: FindingList): void {
  const section = root.entries.get('environments');
  if (section === undefined) return;
  if (section.kind !== 'map') {
    wrongType(
      section,
      'write one key per environment, for example staging: { project: my-project }',
      findings,
    );
    return;
  }
  for (const [name, environment] of section.entries) {
    checkName(name, environment, findings);
    if (environment.kind !== 'map') {
      const fix = 'write the keys of the environment, for example { project: my-project }';
      wrongType(environment, fix, findings);
      continue;
    }
    checkFixedKeys(environment, findings);
    checkExtends(name, environment, section, findings);
  }
}

function wrongType(node: Node, fix: string, findings: FindingList): void {
  findings.error({ code: 'WRONG_TYPE', at: node, message: `found ${describe(node)}`, fix });
}

function checkName(name: string, environment: Node, findings: FindingList): void {
  if (namePattern.test(name)) return;
  findings.error({
    code: 'INVALID_NAME',
    at: { place: environment.keyPlace, path: environment.path },
    message: `"${name}" cannot be the name of an environment`,
    fix: 'use up to 30 lower case letters, digits and hyphens, starting with a letter',
  });
}

function checkFixedKeys(environment: MapNode, findings: FindingList): void {
  for (const key of fixedKeys) {
    const node = environment.entries.get(key);
    if (node === undefined) continue;
    findings.error({
      code: 'UNKNOWN_KEY',
      at: { place: node.keyPlace, path: node.path },
      message: `"${key}" is the same for all environments`,
      fix: `move ${key} to the top of the file`,
    });
  }
}

function checkExtends(name: string, environment: MapNode, section: MapNode, findings: FindingList): void {
  const parent = environment.entries.get('extends');
  if (parent === undefined) return;
  if (parent.kind !== 'scalar' || typeof parent.value !== 'string') {
    wrongType(parent, 'name one environment, for example extends: staging', findings);
    return;
  }
  if (!section.entries.has(parent.value)) {
    const others = [...section.entries.keys()].filter((other) => other !== name);
    findings.error({
      code: 'UNKNOWN_ENVIRONMENT',
      at: parent,
      message: `there is no environment "${parent.value}" to extend`,
      fix: suggestion(parent.value, others, 'remove extends'),
    });
    return;
  }
  const chain = chainOf(section, name);
  if (chain.closes !== name) return;
  findings.error({
    code: 'EXTENDS_CYCLE',
    at: parent,
    message: `environments extend each other in a circle: ${[...chain.names, name].join(' → ')}`,
    fix: 'remove one extends of the circle',
  });
}

/** The environment, what it extends, and so on; `closes` is where the chain would go round again. */
function chainOf(section: MapNode, name: string): { names: readonly string[]; closes?: string } {
  const names: string[] = [];
  for (let current: string | undefined = name; current !== undefined; ) {
    if (names.includes(current)) return { names, closes: current };
    const environment = section.entries.get(current);
    if (environment === undefined) break;
    names.push(current);
    const parent: Node | undefined =
      environment.kind === 'map' ? environment.entries.get('extends') : undefined;
    current = parent?.kind === 'scalar' && typeof parent.value === 'string' ? parent.value : undefined;
  }
  return { names };
}

/** What one environment asks for. A name that is not declared gives what stands outside `environments:`. */
export function mergeEnvironment(root: MapNode, name: string, findings: FindingList): MergedEnvironment {
  const base: MapNode = { ...root, entries: without(root.entries, ['environments']) };
  const section = root.entries.get('environments');
  if (section?.kind !== 'map') return { name, tree: base };
  const overrides = chainOf(section, name)
    .names.map((step) => section.entries.get(step))
    .filter((node): node is MapNode => node?.kind === 'map');
  const tree = overrides.reverse().reduce((under, over) => layOver(under, over, findings), base);
  return { name, tree };
}

/** One environment's section over what it extends. */
export function layOver(under: MapNode, section: MapNode, findings: FindingList): MapNode {
  const over: MapNode = { ...section, entries: without(section.entries, [...fixedKeys, 'extends']) };
  return mergeMaps(under, over, '', findings);
}

function without(entries: ReadonlyMap<string, Node>, keys: readonly string[]): ReadonlyMap<string, Node> {
  return new Map([...entries].filter(([key]) => !keys.includes(key)));
}

function mergeMaps(under: MapNode, over: MapNode, path: string, findings: FindingList): MapNode {
  const entries = new Map(under.entries);
  for (const [key, value] of over.entries) {
    const existing = entries.get(key);
    if (takesAway(value)) {
      if (existing === undefined) nothingToTakeAway(key, value, [...entries.keys()], findings);
      entries.delete(key);
    } else if (value.kind === 'map' && path !== 'secrets') {
      const below: MapNode = existing?.kind === 'map' ? existing : { ...value, entries: new Map() };
      // The map keeps the place of the base, so that what it lacks is reported where it was begun.
      entries.set(key, mergeMaps(below, value, childPath(path, key), findings));
    } else entries.set(key, value);
  }
  return { ...under, entries };
}

/** A key without a value is more likely a forgotten value than a wish to be rid of the key. */
function takesAway(value: Node): boolean {
  return value.kind === 'scalar' && value.value === null && value.text !== '';
}

function nothingToTakeAway(key: string, value: Node, known: readonly string[], findings: FindingList): void {
  findings.error({
    code: 'NOTHING_TO_REMOVE',
    at: { place: value.keyPlace, path: value.path },
    message: `null takes a key away, and there is no "${key}" to take away`,
    fix: suggestion(key, known, 'remove this line'),
  });
}
