import type { Change } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { nameOf } from './sentences.ts';

/** GitHub refuses to draw more text than this. https://github.com/mermaid-js/mermaid/blob/develop/packages/mermaid/src/schemas/config.schema.yaml (maxTextSize) */
const textLimit = 45_000;
/** A picture of more nodes tells nobody anything. */
const nodeLimit = 120;

/**
 * The graph of an estate as a Mermaid flowchart: what depends on what, with what changes marked. Policies are left out
 * where the picture would be too large for a page.
 */
export function graph(resources: readonly Resource[], changes: readonly Change[]): string | undefined {
  const all = draw(resources, changes);
  if (resources.length <= nodeLimit && all.length <= textLimit) return all;
  const essential = resources.filter(({ address }) => !address.startsWith('policy/'));
  const smaller = draw(essential, changes);
  return essential.length <= nodeLimit && smaller.length <= textLimit ? smaller : undefined;
}

function draw(resources: readonly Resource[], changes: readonly Change[]): string {
  const ids = new Map(resources.map(({ address }, index) => [address, `n${index}`]));
  const marked = new Map(changes.map(({ address, action }) => [address, action]));
  const nodes = resources.map(({ address }) => {
    const action = marked.get(address);
    return `  ${ids.get(address)}["${escaped(nameOf(address))}"]${action ? `:::${action}` : ''}`;
  });
  const edges = resources.flatMap(({ address, dependsOn }) =>
    dependsOn
      // Everything waits for the APIs: an arrow to each says nothing.
      .filter((needed) => needed !== 'apis' && ids.has(needed))
      .map((needed) => `  ${ids.get(needed)} --> ${ids.get(address)}`),
  );
  const styles = [
    '  classDef create stroke:#1a7f37,stroke-width:2px',
    '  classDef update stroke:#9a6700,stroke-width:2px',
    '  classDef replace stroke:#cf222e,stroke-width:2px',
  ];
  return ['```mermaid', 'flowchart LR', ...nodes, ...edges, ...styles, '```'].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('"', '#quot;');
}
