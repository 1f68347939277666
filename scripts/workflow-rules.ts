import type { InputDefinition, Step, Tree, Workflow } from '../src/rehearsal/workflow/model.ts';
import { Expression } from '../src/rehearsal/workflow/model.ts';

/** A problem of a workflow or action file; `line` counts from 1. */
export interface Problem {
  readonly line: number;
  readonly message: string;
}

/** Values that whoever opens a pull request or an issue can choose. */
const chosenByOthers = /\bgithub\s*\.\s*(event\b|head_ref\b)/;

/**
 * The rules for `uses:` that GitHub's checks do not have. They read the text, since a comment is part of one.
 * `ours` says which repositories are this one.
 */
export function checkUses(text: string, ours: (repository: string) => boolean): Problem[] {
  return text.split('\n').flatMap((content, index) => {
    const match = /^[^#]*\buses:\s*["']?([^\s"'#},]+)["']?[^#]*(#.*)?$/.exec(content);
    if (match === null) return [];
    const [, uses = '', comment = ''] = match;
    const message = problemOfUses(uses, comment, ours);
    return message === undefined ? [] : [{ line: index + 1, message }];
  });
}

function problemOfUses(
  uses: string,
  comment: string,
  ours: (repository: string) => boolean,
): string | undefined {
  if (uses.startsWith('$/')) {
    return uses.includes('@') ? `${uses}: a "$/" reference has no @ref: it means the same commit` : undefined;
  }
  if (uses.startsWith('./')) {
    return `${uses}: in a reusable workflow "./" is the caller's checkout: write $/${uses.slice(2)}`;
  }
  const [path = '', ref = ''] = uses.split('@');
  if (ours(path.split('/').slice(0, 2).join('/'))) return undefined;
  if (!/^[0-9a-f]{40}$/.test(ref)) return `${uses}: pin it to a full commit SHA`;
  if (!/#\s*v?\d/.test(comment))
    return `${uses}: name the version in a comment behind it, for example "# v4.2.0"`;
  return undefined;
}

/** `github.event` in a script lets the author of a pull request run commands: it belongs into `env:`. */
export function checkScripts(steps: readonly Step[]): Problem[] {
  return steps
    .filter((step) => step.kind === 'run')
    .filter((step) => expressions(step.run).some((expression) => chosenByOthers.test(expression.text)))
    .map((step) => ({
      line: step.place.line,
      message: 'a value that others choose is put into a script: pass it through env:',
    }));
}

export function checkWorkflow(workflow: Workflow): Problem[] {
  const problems: Problem[] = [];
  if (workflow.permissions === undefined) {
    problems.push({
      line: 1,
      message: 'permissions: is missing at the top; write {} or the least that is needed',
    });
  }
  for (const job of workflow.jobs) {
    if (job.kind === 'call') continue;
    if (job.timeoutMinutes === null) {
      problems.push({ line: job.place.line, message: `job ${job.id} has no timeout-minutes` });
    }
    problems.push(...checkScripts(job.steps));
  }
  return problems;
}

/** GitHub's checks do not compare the type of a literal with the type of the called workflow's input. */
export function checkCallInputs(
  given: Readonly<Record<string, Tree>>,
  definitions: Readonly<Record<string, InputDefinition>>,
  line: number,
): Problem[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const type = definitions[name]?.type;
    if (type !== 'boolean' && type !== 'number') return [];
    if (value instanceof Expression || typeof value === type) return [];
    return [{ line, message: `input ${name} must be a ${type}, found ${JSON.stringify(value)}` }];
  });
}

function expressions(tree: Tree): readonly Expression[] {
  if (tree instanceof Expression) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(expressions);
  return tree !== null && typeof tree === 'object' ? Object.values(tree).flatMap(expressions) : [];
}
