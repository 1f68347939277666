import { checkAlerts } from './alerts.ts';
import { assemble } from './assemble.ts';
import { checkData } from './check-data.ts';
import { checkNames } from './check-names.ts';
import { checkPreview, checkSection } from './check-preview.ts';
import { checkVariables } from './check-variables.ts';
import { checkWorkloads } from './check-workloads.ts';
import { type Chosen, chooseEnvironment, previewBase } from './choose-environment.ts';
import type { Deployment } from './deployment.ts';
import { type Draft, scopeOf } from './draft.ts';
import { checkEnvironments, declaredEnvironments, mergeEnvironment } from './environments.ts';
import type { Finding } from './finding.ts';
import { FindingList } from './finding-list.ts';
import { checkFrontend } from './frontend.ts';
import { asPreview, type PreviewOf, previewConfig, previewTree, sharesRedis } from './preview.ts';
import { previewEnvironment, templateEnvironment } from './preview-names.ts';
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
  /** Number of the repository on GitHub, for the labels. */
  readonly repositoryId?: string;
}

export interface Loaded {
  /** There exactly when no finding is an error. */
  readonly deployment?: Deployment;
  /** In the order of the file; warnings may come with a deployment. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a deploy.yaml for one environment, or for the preview `pr-<number>`. The other environments of the file are
 * checked as well, so that all its problems come up in one go. Bad input gives findings, never an exception.
 */
export function parseDeployment(text: string, options: LoadOptions): Loaded {
  const findings = new FindingList(options.file);
  const root = parseSource(text, findings);
  if (root === undefined) return { findings: findings.sorted() };
  checkEnvironments(root, findings);
  const chosen = chooseEnvironment(root, options.environment, findings);
  const deployment = chosen === undefined ? undefined : readChosen(root, chosen, options, findings);
  for (const other of declaredEnvironments(root))
    if (other !== chosen?.name) readEnvironment(root, other, otherOptions(options), findings);
  // Whoever says nothing about previews need not have them in order.
  const base = previewBase(root);
  if (chosen?.kind !== 'preview' && base !== undefined && root.entries.has('previews'))
    readPreview(root, { pullRequest: 1, base }, otherOptions(options), findings);
  if (deployment === undefined || findings.hasErrors) return { findings: findings.sorted() };
  return { deployment, findings: findings.sorted() };
}

/** The environments of a file, in its order; none when it has none or cannot be read. */
export function environmentNames(text: string): readonly string[] {
  const root = parseSource(text, new FindingList(''));
  return root === undefined ? [] : declaredEnvironments(root);
}

/** An environment of a file and what it deploys. */
export interface NamedDeployment {
  readonly name: string;
  /** Of the environment that previews copy: the copy for some pull request. */
  readonly deployment: Deployment;
}

/** The environments of a file that live in a project, in its order. Findings of the file are not looked at. */
export function environmentsInProject(
  text: string,
  options: Pick<LoadOptions, 'file' | 'root'>,
  project: string,
): readonly NamedDeployment[] {
  const findings = new FindingList(options.file);
  const root = parseSource(text, findings);
  if (root === undefined) return [];
  const base = previewBase(root);
  return declaredEnvironments(root)
    .map((name) => ({
      name,
      deployment:
        name === templateEnvironment && base !== undefined
          ? readPreview(root, { pullRequest: 1, base }, options, findings)
          : readEnvironment(root, name, options, findings),
    }))
    .filter(({ deployment }) => deployment.project === project);
}

function readChosen(root: MapNode, chosen: Chosen, options: LoadOptions, findings: FindingList): Deployment {
  if (chosen.kind === 'preview') return readPreview(root, chosen, options, findings);
  return readEnvironment(root, chosen.name, options, findings);
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
  const tree = overridden(mergeEnvironment(root, name, findings).tree, options);
  if (!tree.entries.has('project') && !options.standIn) reportNoProject(root, name, findings);
  const draft = draftOf(tree, name, options, findings);
  return assemble(draft, options.file, options.root);
}

function readPreview(
  root: MapNode,
  { pullRequest, base: name }: { readonly pullRequest: number; readonly base: string },
  options: EnvironmentOptions,
  findings: FindingList,
): Deployment {
  const base = readEnvironment(root, name, options, findings);
  const of: PreviewOf = { pullRequest, base };
  checkSection(root, name, findings);
  const tree = overridden(previewTree(root, mergeEnvironment(root, name, findings).tree, findings), options);
  const draft = draftOf(tree, previewEnvironment(pullRequest), options, findings, of);
  checkPreview(draft);
  return asPreview(assemble(draft, options.file, options.root), draft, of);
}

function overridden(merged: MapNode, options: EnvironmentOptions): MapNode {
  let tree = merged;
  if (options.projectOverride) tree = withValue(tree, ['project'], given('project', options.projectOverride));
  const useRegion = options.regionOverride && (!options.standIn || !tree.entries.has('region'));
  if (useRegion) tree = withValue(tree, ['region'], given('region', options.regionOverride ?? ''));
  return tree;
}

/** What the schema accepts of a tree, with everything that it says checked. */
function draftOf(
  tree: MapNode,
  environment: string,
  options: EnvironmentOptions,
  findings: FindingList,
  of?: PreviewOf,
): Draft {
  const names = {
    project: acceptedText(tree, 'project') ?? standInProject,
    region: acceptedText(tree, 'region') ?? standIns.region,
    name: acceptedText(tree, 'name') ?? standIns.name,
    environment,
  };
  const { project } = names;
  const written = expandNames(tree, names, findings);
  const accepted = checkSchema(written, findings);
  const config = of === undefined ? accepted.config : previewConfig(accepted.config, of);
  const own = of !== undefined && sharesRedis(config);
  const draft: Draft = {
    config,
    tree: accepted.tree,
    written,
    project,
    environment,
    scope: { ...scopeOf(config, written, project, environment), ownRedisDatabases: own },
    findings,
    ...(options.repositoryId && { repositoryId: options.repositoryId }),
  };
  checkNames(draft);
  checkWorkloads(draft);
  checkData(draft);
  checkVariables(draft);
  checkFrontend(draft);
  checkAlerts(draft);
  return draft;
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
