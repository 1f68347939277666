import { checkAlerts } from './alerts.ts';
import { assemble } from './assemble.ts';
import { checkData } from './check-data.ts';
import { checkNames } from './check-names.ts';
import { checkVariables } from './check-variables.ts';
import { checkWorkloads } from './check-workloads.ts';
import type { Deployment } from './deployment.ts';
import { type Draft, scopeOf } from './draft.ts';
import {
  checkEnvironments,
  declaredEnvironments,
  mergeEnvironment,
  onlyEnvironment,
} from './environments.ts';
import type { Finding } from './finding.ts';
import { FindingList } from './finding-list.ts';
import { checkFrontend } from './frontend.ts';
import { suggestion } from './nearest.ts';
import { expandNames } from './references.ts';
import { configSchema } from './schema.ts';
import { checkSchema, standIns } from './schema-findings.ts';
import { type MapNode, parseSource, type ScalarNode, startOfFile } from './source.ts';
import { withValue } from './tree.ts';

export interface LoadOptions {
  /** The config file, relative to the workspace, for messages. */
  readonly file: string;
  /** The folder of the config file, relative to the workspace. */
  readonly root: string;
  /** May be left out when the file has one environment or none. */
  readonly environment?: string;
  readonly projectOverride?: string;
  readonly regionOverride?: string;
}

export interface Loaded {
  /** There exactly when no finding is an error. */
  readonly deployment?: Deployment;
  /** In the order of the file; warnings may come with a deployment. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a deploy.yaml for one environment. The other environments of the file are checked as well, so that all its
 * problems come up in one go. Bad input gives findings, never an exception.
 */
export function parseDeployment(text: string, options: LoadOptions): Loaded {
  const findings = new FindingList(options.file);
  const root = parseSource(text, findings);
  if (root === undefined) return { findings: findings.sorted() };
  checkEnvironments(root, findings);
  const declared = declaredEnvironments(root);
  const chosen = chooseEnvironment(root, declared, options.environment, findings);
  const deployment = chosen === undefined ? undefined : readEnvironment(root, chosen, options, findings);
  for (const other of declared)
    if (other !== chosen) readEnvironment(root, other, otherOptions(options), findings);
  if (deployment === undefined || findings.hasErrors) return { findings: findings.sorted() };
  return { deployment, findings: findings.sorted() };
}

/** The environments of a file, in its order; none when it has none or cannot be read. */
export function environmentNames(text: string): readonly string[] {
  const root = parseSource(text, new FindingList(''));
  return root === undefined ? [] : declaredEnvironments(root);
}

function chooseEnvironment(
  root: MapNode,
  declared: readonly string[],
  asked: string | undefined,
  findings: FindingList,
): string | undefined {
  const [first, ...others] = declared;
  if (first === undefined) return asked || onlyEnvironment;
  if (asked !== undefined && declared.includes(asked)) return asked;
  if (!asked && others.length === 0) return first;
  const section = root.entries.get('environments');
  findings.error({
    code: asked ? 'UNKNOWN_ENVIRONMENT' : 'ENVIRONMENT_NOT_CHOSEN',
    at: { place: section?.keyPlace ?? startOfFile, path: 'environments' },
    message: asked ? `there is no environment "${asked}"` : 'the file has several environments',
    fix: asked ? suggestion(asked, declared, 'declare it') : `choose one of ${declared.join(', ')}`,
  });
  return undefined;
}

/** Overrides belong to the run of one environment; the others are checked as they are written. */
type EnvironmentOptions = LoadOptions & { readonly standIn?: boolean };

function otherOptions({ file, root, regionOverride }: LoadOptions): EnvironmentOptions {
  return { file, root, standIn: true, ...(regionOverride !== undefined && { regionOverride }) };
}

const standInProject = 'some-project';

function readEnvironment(
  root: MapNode,
  name: string,
  options: EnvironmentOptions,
  findings: FindingList,
): Deployment {
  let tree = mergeEnvironment(root, name, findings).tree;
  if (options.projectOverride) tree = withValue(tree, ['project'], given('project', options.projectOverride));
  const useRegion = options.regionOverride && (!options.standIn || !tree.entries.has('region'));
  if (useRegion) tree = withValue(tree, ['region'], given('region', options.regionOverride ?? ''));
  if (!tree.entries.has('project') && !options.standIn) reportNoProject(root, name, findings);

  const names = {
    project: acceptedText(tree, 'project') ?? standInProject,
    region: acceptedText(tree, 'region') ?? standIns.region,
    name: acceptedText(tree, 'name') ?? standIns.name,
    environment: name,
  };
  const written = expandNames(tree, names, findings);
  const { config, tree: accepted } = checkSchema(written, findings);
  const { project } = names;
  const scope = scopeOf(config, written, project, name);
  const draft: Draft = { config, tree: accepted, written, project, environment: name, scope, findings };
  checkNames(draft);
  checkWorkloads(draft);
  checkData(draft);
  checkVariables(draft);
  checkFrontend(draft);
  checkAlerts(draft);
  return assemble(draft, options.file, options.root);
}

function reportNoProject(root: MapNode, name: string, findings: FindingList): void {
  const section = root.entries.get('environments');
  const environment = section?.kind === 'map' ? section.entries.get(name) : undefined;
  findings.error({
    code: 'MISSING_PROJECT',
    at: { place: environment?.keyPlace ?? startOfFile, path: environment?.path ?? 'project' },
    message: environment ? `the environment ${name} has no project` : 'no project is named',
    fix: environment
      ? `add project: to environments.${name}, or give the input project_id`
      : 'add project: at the top of the file, or give the input project_id',
  });
}

function given(key: string, value: string): ScalarNode {
  return { kind: 'scalar', value, text: value, place: startOfFile, keyPlace: startOfFile, path: key };
}

/** What names are made from, unless the schema refuses it: then a stand-in keeps the names from being blamed. */
function acceptedText(tree: MapNode, key: 'project' | 'region' | 'name'): string | undefined {
  const node = tree.entries.get(key);
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return configSchema.shape[key].safeParse(value).data;
}
