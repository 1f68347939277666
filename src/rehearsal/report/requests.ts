import type { JournalEntry } from '../../emulator/emulator.ts';
import type { RunWithRequests } from '../files.ts';
import { type Html, html, htmlTable } from './html.ts';

/** How often each API was asked, per run. */
export function renderRequests(runs: readonly (RunWithRequests & { readonly title: string })[]): Html {
  const apis = [...new Set(runs.flatMap(({ requests }) => requests.map(apiOf)))].sort();
  const headers = ['API', ...runs.flatMap(({ title }) => [`${title}: reads`, `writes`, `refused`])];
  const row = (name: string, counted: (request: JournalEntry) => boolean): readonly string[] => [
    name,
    ...runs.flatMap(({ requests }) => {
      const mine = requests.filter(counted);
      const writes = mine.filter((request) => request.write).length;
      const refused = mine.filter((request) => request.status >= 400 && request.status !== 404).length;
      return [String(mine.length - writes), String(writes), String(refused)];
    }),
  ];
  const numeric = headers.map((_, column) => column).slice(1);
  return htmlTable(
    headers,
    [...apis.map((api) => row(api, (request) => apiOf(request) === api)), row('all', () => true)],
    numeric,
  );
}

/** What a run changed, by API and method, each request on demand. */
export function renderChanges({ requests }: RunWithRequests): Html {
  const writes = requests.filter((request) => request.write && request.status < 400);
  if (writes.length === 0) return html`<p>Nothing was changed.</p>`;
  const byMethod = Map.groupBy(writes, (request) => request.id || `${request.method} ${request.host}`);
  const methods = [...byMethod].sort(([one], [other]) => one.localeCompare(other));
  return html`${methods.map(
    ([method, calls]) =>
      html`<details><summary><code>${method}</code> <span class="soft">${calls.length}</span></summary>
<ul>${calls.map((call) => html`<li><code>${call.method} ${call.path}</code></li>`)}</ul></details>
`,
  )}`;
}

function apiOf(request: JournalEntry): string {
  return request.api || request.host;
}
