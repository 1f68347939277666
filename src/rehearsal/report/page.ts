import { cloudWrites } from '../cloud-writes.ts';
import { byEnvironment, countChanges, workloadChanges } from '../contents.ts';
import { type EarlierRun, inOrder, type Rehearsed, type RunWithRequests, runsOf } from '../files.ts';
import type { JobRecord } from '../run.ts';
import { verdictOf } from '../verdict.ts';
import { secondsByName, shortDigest, workloadsOfJob } from '../workloads.ts';
import { renderGantt } from './gantt.ts';
import { graphScript, renderGraph } from './graph.ts';
import { Html, html, htmlTable } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderChanges, renderRequests } from './requests.ts';
import { style } from './style.ts';

/** The report of a rehearsal: one file that needs no network. */
export function renderReport(rehearsed: Rehearsed): string {
  const { application, deployment, workflow, first, contents } = rehearsed;
  const runs = runsOf(rehearsed);
  const { good } = verdictOf(rehearsed);
  const shown = first ?? runs.at(-1);
  const title = `${application.repository.name}: rehearsal of ${deployment.environment}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${new Html(style)}</style></head><body><main>
<header><h1>${deployment.name}</h1><span class="state ${good ? 'good' : 'bad'}">${good ? `ready to ${rehearsed.before.length === 0 ? 'deploy' : 'run'}` : 'not ready'}</span></header>
<p class="where">environment <b>${deployment.environment}</b>, project <code>${deployment.project}</code>, ${deployment.region}; workflow <code>${workflow.file}</code> on ${rehearsed.eventName}; commit <code>${application.repository.sha.slice(0, 12)}</code></p>
${renderFacts(rehearsed)}
${renderFailures(runs)}
${rehearsed.before.length === 0 ? html`` : section('What stood before', renderBefore(rehearsed.before))}
${section('Workloads', renderWorkloads(contents, shown))}
${section('What is there', renderCounts(contents))}
${rehearsed.comments.map(({ pullRequest, markdown }) => section(`Comment on pull request ${pullRequest}`, html`<div>${renderMarkdown(markdown)}</div>`))}
${shown === undefined ? html`` : section('Timeline', renderGantt(shown.record.jobs, workloadNames(shown)))}
${section('Services', renderGraph(deployment))}
${shown === undefined ? html`` : section('Changes', renderChanges(shown))}
${section('Requests', renderRequests(runs))}
${shown === undefined ? html`` : section('Summaries', renderSummaries(shown.record.jobs))}
</main><script>${new Html(graphScript)}</script></body></html>
`.text;
}

function section(title: string, body: Html): Html {
  return html`<section><h2>${title}</h2>${body}</section>`;
}

function renderFacts(rehearsed: Rehearsed): Html {
  const { first, second, contents } = rehearsed;
  const { renewed } = verdictOf(rehearsed);
  const { changed } = workloadChanges(contents.before, contents.after);
  const facts: (readonly [string, string])[] = [[String(changed.length), 'workloads made or changed']];
  if (first !== undefined) {
    facts.push(
      [secondsOf(first), 'first run'],
      [String(first.requests.length), 'requests'],
      [String(writesOf(first)), 'writes'],
    );
  }
  if (second !== undefined) {
    facts.push([secondsOf(second), 'second run'], [String(writesOf(second)), 'writes of the second run']);
  }
  if (renewed.length > 0) facts.push([String(renewed.length), 'of them renewed the claim of the preview']);
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

function renderBefore(runs: readonly EarlierRun[]): Html {
  return htmlTable(
    ['run', 'result', 'seconds', 'requests', 'writes'],
    runs.map((run) => [
      run.title,
      run.record.result,
      secondsOf(run),
      String(run.requests.length),
      String(writesOf(run)),
    ]),
    [2, 3, 4],
  );
}

function renderWorkloads(contents: Rehearsed['contents'], run: RunWithRequests | undefined): Html {
  const { changed, same, removed } = workloadChanges(contents.before, contents.after);
  const seconds = secondsByName(run);
  const rows = changed.map((workload) => [
    workload.name,
    workload.kind,
    html`<code>${workload.revision}</code>`,
    html`<code title="${workload.digest}">${shortDigest(workload.digest)}</code>`,
    seconds.get(workload.name)?.toFixed(1) ?? '',
    workload.url === '' ? '' : html`<a href="${workload.url}">${workload.url}</a>`,
  ]);
  return html`${rows.length === 0 ? html`<p>The run made or changed none.</p>` : htmlTable(['name', 'kind', 'revision', 'image', 'seconds', 'URL'], rows, [4])}
${same.length === 0 ? html`` : html`<p>As before: ${byEnvironment(same)}.</p>`}
${removed.length === 0 ? html`` : html`<p>Removed: ${byEnvironment(removed)}.</p>`}`;
}

function renderCounts({ before, after }: Rehearsed['contents']): Html {
  const rows = countChanges(before, after).map(([kind, earlier, later]) => [
    kind,
    String(earlier),
    earlier === later ? String(later) : html`<b>${later}</b>`,
  ]);
  if (rows.length === 0) return html`<p>Nothing.</p>`;
  return htmlTable(['kind', 'before the run', 'in the end'], rows, [1, 2]);
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
