import { cloudWrites } from '../cloud-writes.ts';
import { inOrder, type Rehearsed, type RunWithRequests } from '../files.ts';
import type { JobRecord } from '../run.ts';
import { shortDigest, workloadsOf, workloadsOfJob } from '../workloads.ts';
import { renderGantt } from './gantt.ts';
import { graphScript, renderGraph } from './graph.ts';
import { Html, html, htmlTable } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderChanges, renderRequests } from './requests.ts';
import { style } from './style.ts';

/** The report of a rehearsal: one file that needs no network. */
export function renderReport(rehearsed: Rehearsed): string {
  const { application, deployment, workflow, first, second } = rehearsed;
  const runs = second === undefined ? [first] : [first, second];
  const repeated = cloudWrites(second?.requests ?? []).length;
  const good = runs.every(({ record }) => record.result === 'success') && repeated === 0;
  const title = `${application.repository.name}: rehearsal of ${deployment.environment}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${new Html(style)}</style></head><body><main>
<header><h1>${deployment.name}</h1><span class="state ${good ? 'good' : 'bad'}">${good ? 'ready to deploy' : 'not ready'}</span></header>
<p class="where">environment <b>${deployment.environment}</b>, project <code>${deployment.project}</code>, ${deployment.region}; workflow <code>${workflow.file}</code> on ${rehearsed.eventName}; commit <code>${application.repository.sha.slice(0, 12)}</code></p>
${renderFacts(rehearsed)}
${renderFailures(runs)}
${section('Workloads', renderWorkloads(first))}
${section('Timeline', renderGantt(first.record.jobs, workloadNames(first)))}
${section('Services', renderGraph(deployment))}
${section('Changes', renderChanges(first))}
${section('Requests', renderRequests(runs))}
${section('Summaries', renderSummaries(first.record.jobs))}
</main><script>${new Html(graphScript)}</script></body></html>
`.text;
}

function section(title: string, body: Html): Html {
  return html`<section><h2>${title}</h2>${body}</section>`;
}

function renderFacts({ first, second }: Rehearsed): Html {
  const workloads = workloadsOf(first.record);
  const facts: (readonly [string, string])[] = [
    [String(workloads.length), 'workloads'],
    [secondsOf(first), 'first run'],
    [String(first.requests.length), 'requests'],
    [String(writesOf(first)), 'writes'],
  ];
  if (second !== undefined) {
    facts.push([secondsOf(second), 'second run'], [String(writesOf(second)), 'writes of the second run']);
  }
  return html`<div class="facts">${facts.map(([value, label]) => html`<div class="fact"><b>${value}</b><span>${label}</span></div>`)}</div>`;
}

function secondsOf({ record }: RunWithRequests): string {
  return `${((record.finishedAt - record.startedAt) / 1000).toFixed(1)} s`;
}

function writesOf({ requests }: RunWithRequests): number {
  return cloudWrites(requests).length;
}

function renderFailures(runs: readonly RunWithRequests[]): Html {
  const failed = runs.flatMap(({ record }) => record.jobs.filter((job) => job.result === 'failure'));
  if (failed.length === 0) return html``;
  return section(
    'Failures',
    html`${failed.map((job) => {
      const errors = job.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
      // The runner's own line about the exit code comes last and adds nothing to a step's own error.
      if (errors.length > 1) errors.pop();
      return html`<h3 class="failure">${job.identity.name}</h3><pre>${(errors.length > 0 ? errors : [job.reason ?? '']).join('\n')}</pre>`;
    })}`,
  );
}

function renderWorkloads({ record }: RunWithRequests): Html {
  const workloads = workloadsOf(record);
  if (workloads.length === 0) return html`<p>No step reported a workload.</p>`;
  return htmlTable(
    ['name', 'kind', 'revision', 'image', 'seconds', 'URL'],
    workloads.map((workload) => [
      workload.name,
      workload.kind,
      html`<code>${workload.revision}</code>`,
      html`<code title="${workload.digest}">${shortDigest(workload.digest)}</code>`,
      workload.seconds.toFixed(1),
      workload.url === '' ? '' : html`<a href="${workload.url}">${workload.url}</a>`,
    ]),
    [4],
  );
}

function workloadNames({ record }: RunWithRequests): ReadonlyMap<number, readonly string[]> {
  return new Map(
    record.jobs.map((job) => [job.identity.number, workloadsOfJob(job).map(({ name }) => name)]),
  );
}

function renderSummaries(jobs: readonly JobRecord[]): Html {
  const withText = inOrder(jobs).filter((job) => job.summaries.length > 0);
  if (withText.length === 0) return html`<p>No step wrote a summary.</p>`;
  return html`${withText.map(
    (job) =>
      html`<details class="job"${job.identity.cell === '' ? html` open` : html``}><summary><b>${job.identity.name}</b></summary>${job.summaries.map(({ markdown }) => renderMarkdown(markdown))}</details>`,
  )}`;
}
