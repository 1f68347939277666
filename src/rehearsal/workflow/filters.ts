import type { Trigger, Workflow } from './model.ts';

/** Something that has happened in a repository, as far as the filters of workflows look at it. */
export interface Happening {
  readonly eventName: string;
  /** `action` of the payload. */
  readonly action?: string;
  /** The ref that was pushed in full; for a pull request, its base as `refs/heads/...`. */
  readonly ref?: string;
  /** Paths that the push, or the pull request, changes. */
  readonly changed?: readonly string[];
}

/** Without `types:` these events are about fewer actions than all. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
};

/**
 * Whether the workflow runs on it.
 * https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#on
 */
export function listens(workflow: Pick<Workflow, 'triggers'>, happening: Happening): boolean {
  const trigger = workflow.triggers.get(happening.eventName);
  if (trigger === undefined) return false;
  const types = trigger.types ?? defaultTypes[happening.eventName];
  if (types !== undefined && happening.action !== undefined && !types.includes(happening.action))
    return false;
  return refPasses(trigger, happening.ref) && pathsPass(trigger, happening.changed);
}

function refPasses(trigger: Trigger, ref: string | undefined): boolean {
  if (ref === undefined) return true;
  const { branches, branchesIgnore, tags, tagsIgnore } = trigger;
  const isTag = ref.startsWith('refs/tags/');
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const [wanted, ignored] = isTag ? [tags, tagsIgnore] : [branches, branchesIgnore];
  const [otherWanted, otherIgnored] = isTag ? [branches, branchesIgnore] : [tags, tagsIgnore];
  // Filters for the one kind alone leave the other out.
  const onlyOther = otherWanted !== undefined || otherIgnored !== undefined;
  if (wanted === undefined && ignored === undefined) return !onlyOther;
  if (ignored !== undefined) return !matchesAny(ignored, name);
  return matchesAny(wanted ?? [], name);
}

function pathsPass({ paths, pathsIgnore }: Trigger, changed: readonly string[] | undefined): boolean {
  if (changed === undefined) return true;
  if (pathsIgnore !== undefined) return changed.some((path) => !matchesAny(pathsIgnore, path));
  return paths === undefined || changed.some((path) => matchesAny(paths, path));
}

/** Patterns count in order: `!` takes away what an earlier one has let in. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((found, pattern) => {
    const negative = pattern.startsWith('!');
    const hit = expressionOf(negative ? pattern.slice(1) : pattern).test(name);
    return hit ? !negative : found;
  }, false);
}

/** https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#filter-pattern-cheat-sheet */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\\.|[.^${}()|]|\[[^\]]*\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part.startsWith('[') || part.startsWith('\\') ? part : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
