import type { JobRecord } from '../run.ts';
import { type Html, html } from './html.ts';

const rowHeight = 24;
const barHeight = 15;
const labelWidth = 250;
const chartWidth = 1040;
const axisHeight = 26;
/** For the seconds and the names of workloads behind the last bar. */
const spaceBehind = 400;

/**
 * A timeline of jobs as SVG: a bar per job, coloured by phase, with a mark where each step begins, and behind it the
 * workloads that the job deployed (by the job's number).
 */
export function renderGantt(
  jobs: readonly JobRecord[],
  workloads: ReadonlyMap<number, readonly string[]>,
): Html {
  const started = jobs
    .flatMap((job) => (job.startedAt === undefined ? [] : [{ ...job, startedAt: job.startedAt }]))
    .sort((one, other) => one.startedAt - other.startedAt || one.identity.number - other.identity.number);
  const [first] = started;
  if (first === undefined) return html`<p>No job was started.</p>`;
  const start = first.startedAt;
  const total = Math.max(...started.map((job) => job.finishedAt)) - start;
  const x = (at: number): number =>
    labelWidth + ((at - start) / Math.max(total, 1)) * (chartWidth - spaceBehind);
  const phases = [...new Set(started.map((job) => job.identity.id))];
  const height = axisHeight + started.length * rowHeight + 8;
  const width = labelWidth + chartWidth;
  return html`<div class="scroll"><svg class="gantt" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Timeline of jobs">
${ticks(total).map((at) => {
  const left = x(start + at).toFixed(1);
  return html`<line class="grid" x1="${left}" x2="${left}" y1="${axisHeight - 6}" y2="${height}"/><text class="axis" x="${left}" y="14" text-anchor="middle">${secondsText(at)}</text>`;
})}
${started.map((job, index) => {
  const top = axisHeight + index * rowHeight;
  const left = x(job.startedAt);
  const barWidth = Math.max(x(job.finishedAt) - left, 3);
  const phase = phases.indexOf(job.identity.id) % phaseColours;
  return html`<g><title>${job.identity.name}: ${job.result}
${job.steps.map((step) => `${step.id}: ${step.result}, ${secondsText(step.finishedAt - step.startedAt)}\n`)}</title>
<text class="label" x="${labelWidth - 10}" y="${top + 15}" text-anchor="end">${shorten(job.identity.name)}</text>
<rect class="${job.result === 'success' ? `phase${phase}` : `bad`}" x="${left.toFixed(1)}" y="${top + 4}" width="${barWidth.toFixed(1)}" height="${barHeight}" rx="4"/>
${job.steps.slice(1).map((step) => html`<line class="step" x1="${x(step.startedAt).toFixed(1)}" x2="${x(step.startedAt).toFixed(1)}" y1="${top + 5}" y2="${top + 3 + barHeight}"/>`)}
<text class="seconds" x="${(left + barWidth + 6).toFixed(1)}" y="${top + 15}">${secondsText(job.finishedAt - job.startedAt)}<tspan class="workloads" dx="8">${(workloads.get(job.identity.number) ?? []).join(', ')}</tspan></text></g>
`;
})}</svg></div>`;
}

/** How many colours style.ts has for phases. */
const phaseColours = 6;

const longestLabel = 38;

function shorten(name: string): string {
  return name.length <= longestLabel ? name : `…${name.slice(-(longestLabel - 1))}`;
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 100_000 ? 1 : 0)} s`;
}

/** Round distances, at most eight of them. */
function ticks(total: number): readonly number[] {
  const distances = [
    100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  ];
  const distance = distances.find((one) => total / one <= 8) ?? 1_200_000;
  return Array.from({ length: Math.floor(total / distance) + 1 }, (_, index) => index * distance);
}
