import type { Deployment } from '../../config/deployment.ts';
import { type Estate, type EstateEdge, estateOf } from './estate.ts';
import { layOut, type PlacedNode } from './graph-layout.ts';
import { type Html, html } from './html.ts';

/** The services, their calls and the data that they use, as SVG. */
export function renderGraph(deployment: Deployment): Html {
  const estate = estateOf(deployment);
  const layout = layOut(estate);
  const placed = new Map(layout.nodes.map((node) => [node.id, node]));
  return html`<div class="scroll"><svg class="graph" viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" height="${layout.height}" role="img" aria-label="Services, their calls and their data">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" class="head"/></marker></defs>
${estate.edges.map((edge) => renderEdge(edge, placed))}
${layout.nodes.map((node) => renderNode(node, estate))}
</svg></div>
<p class="legend"><span class="key calls"></span> calls <span class="key uses-database"></span> database <span class="key uses-redis"></span> Redis <span class="key uses-bucket"></span> bucket; point at a node to see its own edges.</p>`;
}

function renderEdge(edge: EstateEdge, placed: ReadonlyMap<string, PlacedNode>): Html {
  const from = placed.get(edge.from);
  const to = placed.get(edge.to);
  if (from === undefined || to === undefined) return html``;
  const kind = edge.kind === 'calls' ? 'calls' : `uses-${to.kind}`;
  const arrow = edge.kind === 'calls' ? html` marker-end="url(#arrow)"` : html``;
  return html`<path class="edge ${kind}" data-from="${edge.from}" data-to="${edge.to}" d="${curve(from, to)}"${arrow}/>
`;
}

/** Forward to the left side of the target; within a column and backward around the outside. */
function curve(from: PlacedNode, to: PlacedNode): string {
  const startY = from.y + from.height / 2;
  const endY = to.y + to.height / 2;
  if (to.x > from.x) {
    const startX = from.x + from.width;
    const bend = (to.x - startX) / 2;
    return `M${startX} ${startY} C${startX + bend} ${startY} ${to.x - bend} ${endY} ${to.x} ${endY}`;
  }
  if (to.x === from.x) {
    const x = from.x + from.width;
    return `M${x} ${startY} C${x + 50} ${startY} ${x + 50} ${endY} ${x} ${endY}`;
  }
  const endX = to.x + to.width;
  const bend = (from.x - endX) / 2;
  return `M${from.x} ${startY + 9} C${from.x - bend} ${startY + 9} ${endX + bend} ${endY + 9} ${endX} ${endY + 9}`;
}

function renderNode(node: PlacedNode, { edges }: Estate): Html {
  const near = edges
    .filter(({ from, to }) => from === node.id || to === node.id)
    .map(({ from, to }) => (from === node.id ? to : from));
  return html`<g class="node ${node.kind}${node.public ? ' public' : ''}" data-id="${node.id}" data-near="${near.join(' ')}" transform="translate(${node.x} ${node.y.toFixed(1)})">
<rect width="${node.width}" height="${node.height}" rx="8"/>
<title>${node.title}</title><text class="title" x="12" y="19">${shorten(node.title)}</text>${node.public ? html`<text class="badge" x="${node.width - 10}" y="19" text-anchor="end">public</text>` : html``}
${node.lines.map((line, index) => html`<text class="line" x="12" y="${36 + index * 15}">${line}</text>`)}
</g>
`;
}

function shorten(text: string): string {
  return text.length <= 23 ? text : `${text.slice(0, 22)}…`;
}

/** Dims what the node under the pointer has nothing to do with. */
export const graphScript = `
for (const graph of document.querySelectorAll('svg.graph')) {
  for (const node of graph.querySelectorAll('.node')) {
    node.addEventListener('pointerenter', () => {
      const near = new Set([node.dataset.id, ...node.dataset.near.split(' ')]);
      graph.classList.add('focus');
      for (const one of graph.querySelectorAll('.node')) one.classList.toggle('near', near.has(one.dataset.id));
      for (const edge of graph.querySelectorAll('.edge')) {
        edge.classList.toggle('near', edge.dataset.from === node.dataset.id || edge.dataset.to === node.dataset.id);
      }
    });
    node.addEventListener('pointerleave', () => graph.classList.remove('focus'));
  }
}`;
