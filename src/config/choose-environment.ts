import { declaredEnvironments, onlyEnvironment, parentOf } from './environments.ts';
import type { FindingList, Where } from './finding-list.ts';
import { suggestion } from './nearest.ts';
import { pullRequestOf, templateEnvironment } from './preview-names.ts';
import { type MapNode, startOfFile } from './source.ts';
import { nodeAt } from './tree.ts';

/** What a run works on: an environment of the file, or the copy of one for a pull request. */
export type Chosen =
  | { readonly kind: 'environment'; readonly name: string }
  | {
      readonly kind: 'preview';
      readonly name: string;
      readonly pullRequest: number;
      /** The environment that `preview` extends. */
      readonly base: string;
    };

/** `undefined`, with a finding, when it cannot be told. An environment that is called `pr-7` itself wins. */
export function chooseEnvironment(
  root: MapNode,
  asked: string | undefined,
  findings: FindingList,
): Chosen | undefined {
  const declared = declaredEnvironments(root);
  if (asked === templateEnvironment && previewBase(root) !== undefined) {
    templateChosen(root, findings);
    return undefined;
  }
  if (asked !== undefined && declared.includes(asked)) return { kind: 'environment', name: asked };
  const pullRequest = pullRequestOf(asked ?? '');
  if (asked && pullRequest !== undefined) return choosePreview(root, asked, pullRequest, findings);
  const [first, ...others] = declared;
  if (first === undefined) return { kind: 'environment', name: asked || onlyEnvironment };
  if (!asked && others.length === 0) return { kind: 'environment', name: first };
  findings.error({
    code: asked ? 'UNKNOWN_ENVIRONMENT' : 'ENVIRONMENT_NOT_CHOSEN',
    at: whereEnvironments(root),
    message: asked ? `there is no environment "${asked}"` : 'the file has several environments',
    fix: asked ? suggestion(asked, declared, 'declare it') : `choose one of ${declared.join(', ')}`,
  });
  return undefined;
}

function choosePreview(
  root: MapNode,
  name: string,
  pullRequest: number,
  findings: FindingList,
): Chosen | undefined {
  const base = previewBase(root);
  if (base !== undefined) return { kind: 'preview', name, pullRequest, base };
  const example = declaredEnvironments(root).find((other) => other !== templateEnvironment) ?? 'staging';
  findings.error({
    code: 'NO_PREVIEW_TEMPLATE',
    at: whereTemplate(root) ?? whereEnvironments(root),
    message: `there is no environment that ${name} could be a copy of`,
    fix: `write preview: { extends: ${example} } under environments:`,
  });
  return undefined;
}

/** The environment that `preview` extends, when the file has both. */
export function previewBase(root: MapNode): string | undefined {
  const base = parentOf(root, templateEnvironment);
  const usable =
    base !== undefined && base !== templateEnvironment && declaredEnvironments(root).includes(base);
  return usable ? base : undefined;
}

/** By itself it has the names of the environment that it extends: deploying it would write over that one. */
function templateChosen(root: MapNode, findings: FindingList): void {
  findings.error({
    code: 'PREVIEW_TEMPLATE_CHOSEN',
    at: whereTemplate(root) ?? whereEnvironments(root),
    message: `${templateEnvironment} is what previews are copies of, and nothing by itself`,
    fix: 'choose pr-<number of the pull request>, for example pr-7',
  });
}

function whereTemplate(root: MapNode): Where | undefined {
  const template = nodeAt(root, ['environments', templateEnvironment]);
  return template && { place: template.keyPlace, path: template.path };
}

function whereEnvironments(root: MapNode): Where {
  return { place: root.entries.get('environments')?.keyPlace ?? startOfFile, path: 'environments' };
}
