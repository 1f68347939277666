import type { Draft } from './draft.ts';
import type { Node } from './source.ts';
import { mapAt } from './tree.ts';

/** What this suite writes itself: what a resource belongs to, and where a revision comes from. */
const ownLabels = new Set([
  'managed-by',
  'deployment',
  'environment',
  'service',
  'pull-request',
  'commit',
  'run',
  'actor',
  'release',
]);

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services: namespaces of the system. */
const systemNamespace =
  /^([a-z0-9.-]+\.)?(run\.googleapis\.com|cloud\.googleapis\.com|serving\.knative\.dev|autoscaling\.knative\.dev)\//;

const labelKey = /^[a-z][a-z0-9_-]{0,62}$/;
const labelValue = /^[a-z0-9_-]{0,63}$/;

/** Labels and annotations that Cloud Run would refuse, or that this suite needs for itself. */
export function checkMarks(key: string, draft: Draft): void {
  for (const [name, node] of mapAt(draft.tree, ['services', key, 'labels'])) checkLabel(name, node, draft);
  for (const [name, node] of mapAt(draft.tree, ['services', key, 'annotations'])) {
    if (!systemNamespace.test(name) && !name.startsWith('aethercast-deploy/')) continue;
    draft.findings.error({
      code: 'RESERVED_ANNOTATION',
      at: { place: node.keyPlace, path: node.path },
      message: `${name} is not for users to set`,
      fix: 'remove it; what Cloud Run sets by annotations has keys of its own under app: and worker:',
    });
  }
}

function checkLabel(name: string, node: Node, draft: Draft): void {
  const at = { place: node.keyPlace, path: node.path };
  if (ownLabels.has(name) || name.includes('/')) {
    draft.findings.error({
      code: 'RESERVED_LABEL',
      at,
      message: ownLabels.has(name)
        ? `this suite sets the label ${name} itself`
        : `${name} is in a namespace that is not for users`,
      fix: 'choose another name for the label',
    });
    return;
  }
  const value = node.kind === 'scalar' ? node.text : '';
  if (labelKey.test(name) && labelValue.test(value)) return;
  draft.findings.error({
    code: 'INVALID_LABEL',
    at: labelKey.test(name) ? node : at,
    message: `${name}: ${value} is not possible as a label`,
    fix: 'use lower case letters, digits, hyphens and underscores, at most 63, the name beginning with a letter',
  });
}
