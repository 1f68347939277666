import type { Google } from './google.ts';

export interface LogEntry {
  readonly timestamp?: string;
  readonly severity?: string;
  readonly textPayload?: string;
  readonly jsonPayload?: { readonly message?: string };
}

/** The newest entries that match the filter, oldest first. https://cloud.google.com/logging/docs/view/logging-query-language */
export async function lastEntries(
  google: Google,
  project: string,
  filter: string,
  count: number,
): Promise<LogEntry[]> {
  const page = await google.transport.send<{ entries?: LogEntry[] }>({
    api: 'logging',
    method: 'POST',
    path: 'v2/entries:list',
    body: { resourceNames: [`projects/${project}`], filter, orderBy: 'timestamp desc', pageSize: count },
    repeatable: true,
  });
  return (page.entries ?? []).reverse();
}

export function textOf(entry: LogEntry): string {
  return entry.textPayload ?? entry.jsonPayload?.message ?? JSON.stringify(entry.jsonPayload ?? {});
}
