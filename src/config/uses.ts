import {
  type Draft,
  knownSecrets,
  secretFilesOf,
  sidecarVariablesOf,
  type Variable,
  variableBlocks,
  variablesOf,
} from './draft.ts';
import type { Where } from './finding-list.ts';
import { type Bound, bindText, type Use } from './references.ts';
import type { ScalarNode } from './source.ts';
import { mapAt } from './tree.ts';

/** One thing that a service uses, and the variable or secret that says so. */
export interface ServiceUse extends Where {
  readonly use: Use;
}

/** The variables of one container. */
export interface ContainerVariables {
  readonly env: ReadonlyMap<string, Bound>;
  readonly secrets: readonly (Where & { readonly variable: string; readonly secret: string })[];
}

/** What one service runs with, and what follows from it. */
export interface ServiceUses extends ContainerVariables {
  readonly sidecars: ReadonlyMap<string, ContainerVariables>;
  readonly secretFiles: readonly (Where & { readonly file: string; readonly secret: string })[];
  /** Directly, through the values of its secrets, and in its sidecars, which run as the same account. */
  readonly uses: readonly ServiceUse[];
}

export interface Bindings {
  readonly secretValues: ReadonlyMap<string, Bound>;
  readonly services: ReadonlyMap<string, ServiceUses>;
}

/** Binds every text with references, each once, and gathers what each service uses. */
export function bindAll(draft: Draft): Bindings {
  const bound = new Map<ScalarNode, Bound>();
  for (const block of variableBlocks(draft))
    for (const [name, node] of block.env) bound.set(node, bindVariable(name, node, draft));
  const secretValues = bindSecrets(draft);
  const known = knownSecrets(draft);
  const services = Object.keys(draft.config.services).map((key): [string, ServiceUses] => [
    key,
    usesOf(draft, key, bound, secretValues, known),
  ]);
  return { secretValues, services: new Map(services) };
}

function bindVariable(name: string, node: ScalarNode, draft: Draft): Bound {
  const bound = bindText(node, draft.scope, draft.findings);
  if (bound.secret !== undefined) {
    draft.findings.error({
      code: 'SECRET_IN_ENV',
      at: node,
      message: `\${${bound.secret}} is secret, and everybody who may look at the service can read env:`,
      fix: `put it under secrets: declare a secret with value: ${JSON.stringify(node.text)} and name it under secrets: as ${name}`,
    });
  }
  return bound;
}

function bindSecrets(draft: Draft): ReadonlyMap<string, Bound> {
  const values = new Map<string, Bound>();
  for (const name of Object.keys(draft.config.secrets)) {
    const value = mapAt(draft.tree, ['secrets', name]).get('value');
    if (value?.kind === 'scalar') values.set(name, bindText(value, draft.scope, draft.findings));
  }
  return values;
}

function usesOf(
  draft: Draft,
  key: string,
  bound: ReadonlyMap<ScalarNode, Bound>,
  secretValues: ReadonlyMap<string, Bound>,
  known: ReadonlySet<string>,
): ServiceUses {
  const uses: ServiceUse[] = [];
  const containerOf = (variables: ReadonlyMap<string, Variable>): ContainerVariables => {
    const env = new Map<string, Bound>();
    const secrets: (Where & { variable: string; secret: string })[] = [];
    for (const [variable, { kind, node }] of variables) {
      const where = { path: node.path, place: node.place };
      const value = kind === 'env' ? bound.get(node) : secretValues.get(node.text);
      if (value !== undefined) uses.push(...value.uses.map((use) => ({ use, ...where })));
      if (kind === 'env' && value !== undefined) env.set(variable, value);
      if (kind === 'secret' && known.has(node.text)) secrets.push({ variable, secret: node.text, ...where });
    }
    return { env, secrets };
  };
  const own = containerOf(variablesOf(draft, key));
  const sidecars = new Map(
    Object.keys(draft.config.services[key]?.sidecars ?? {}).map((name) => [
      name,
      containerOf(sidecarVariablesOf(draft, key, name)),
    ]),
  );
  const secretFiles = [...secretFilesOf(draft, key)].flatMap(([file, node]) => {
    const where = { path: node.path, place: node.place };
    const value = secretValues.get(node.text);
    if (value !== undefined) uses.push(...value.uses.map((use) => ({ use, ...where })));
    return known.has(node.text) ? [{ file, secret: node.text, ...where }] : [];
  });
  return { ...own, sidecars, secretFiles, uses };
}
