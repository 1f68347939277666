import type { Estate, EstateEdge, EstateNode } from './estate.ts';

export interface PlacedNode extends EstateNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
}

const nodeWidth = 176;
const titleHeight = 26;
const lineHeight = 15;
const gapX = 84;
const gapY = 20;
const margin = 8;
const sweeps = 8;

/**
 * Puts services into columns by how deep they are called, data to the right of them all. Within a column, nodes are
 * near those that they are connected to (the barycentre rule of layered drawings).
 */
export function layOut({ nodes, edges }: Estate): Layout {
  const depth = depths(nodes, edges);
  const last = Math.max(0, ...[...depth.values()]);
  const columns: EstateNode[][] = Array.from({ length: last + 2 }, () => []);
  for (const node of nodes)
    columns[node.kind === 'service' ? (depth.get(node.id) ?? 0) : last + 1]?.push(node);
  const filled = columns.filter((column) => column.length > 0);
  orderColumns(filled, edges);
  const heights = filled.map((column) => column.reduce((sum, node) => sum + heightOf(node) + gapY, -gapY));
  const height = Math.max(0, ...heights) + 2 * margin;
  const placed = filled.flatMap((column, index) => {
    let y = (height - (heights[index] ?? 0)) / 2;
    return column.map((node): PlacedNode => {
      const top = y;
      y += heightOf(node) + gapY;
      const x = margin + index * (nodeWidth + gapX);
      return { ...node, x, y: top, width: nodeWidth, height: heightOf(node) };
    });
  });
  return { width: 2 * margin + filled.length * (nodeWidth + gapX) - gapX, height, nodes: placed };
}

function heightOf(node: EstateNode): number {
  return titleHeight + node.lines.length * lineHeight + 8;
}

/**
 * The length of the longest chain of calls that leads to each service. Where services call each other in a circle,
 * the call that closes it, seen from the public service that calls most, does not count.
 */
function depths(nodes: readonly EstateNode[], edges: readonly EstateEdge[]): ReadonlyMap<string, number> {
  const services = nodes.filter((node) => node.kind === 'service');
  const calls = edges.filter((edge) => edge.kind === 'calls');
  const called = new Set(calls.map(({ to }) => to));
  const callsOf = (node: EstateNode): number => calls.filter(({ from }) => from === node.id).length;
  const entrances = services
    .filter((node) => node.public && called.has(node.id))
    .sort((one, other) => callsOf(other) - callsOf(one));
  const roots = [...services.filter((node) => !called.has(node.id)), ...entrances, ...services];
  const forward: EstateEdge[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string): void => {
    if (state.has(id)) return;
    state.set(id, 'open');
    for (const edge of calls) {
      if (edge.from !== id || state.get(edge.to) === 'open') continue;
      forward.push(edge);
      visit(edge.to);
    }
    state.set(id, 'done');
  };
  for (const root of roots) visit(root.id);
  const depth = new Map(services.map((node) => [node.id, 0]));
  for (let round = 0; round < services.length; round += 1) {
    for (const { from, to } of forward) {
      depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1));
    }
  }
  return depth;
}

function orderColumns(columns: readonly EstateNode[][], edges: readonly EstateEdge[]): void {
  const position = new Map<string, number>();
  const number = (column: readonly EstateNode[]): void =>
    column.forEach((node, index) => {
      position.set(node.id, (index + 0.5) / column.length);
    });
  columns.forEach(number);
  const neighbours = (id: string): readonly number[] =>
    edges
      .filter(({ from, to }) => from === id || to === id)
      .map(({ from, to }) => position.get(from === id ? to : from) ?? 0.5);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) {
      const centre = new Map(
        column.map((node) => {
          const around = neighbours(node.id);
          const sum = around.reduce((total, one) => total + one, 0);
          return [node.id, around.length === 0 ? 0.5 : sum / around.length];
        }),
      );
      column.sort((one, other) => (centre.get(one.id) ?? 0) - (centre.get(other.id) ?? 0));
      number(column);
    }
  }
}
