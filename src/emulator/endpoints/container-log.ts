import { appendLog } from '../apis/logging.ts';
import { partsOf, shortName } from '../apis/run-resource.ts';
import type { Cloud } from '../service.ts';

/** The monitored resource of a revision, as Logging and Monitoring name it. */
export function revisionResource(revision: string): { type: string; labels: Record<string, string> } {
  const { project, location, id } = partsOf(revision);
  const common = { project_id: project, location, revision_name: shortName(revision) };
  return revision.includes('/workerPools/')
    ? { type: 'cloud_run_worker_pool', labels: { ...common, worker_pool_name: id } }
    : {
        type: 'cloud_run_revision',
        labels: { ...common, service_name: id, configuration_name: id },
      };
}

/**
 * What a container wrote. A line that is a JSON object is a structured entry, `severity` and `message` included.
 * https://cloud.google.com/run/docs/logging#writing_structured_logs
 */
export function logLines(
  cloud: Cloud,
  revision: string,
  stream: 'stdout' | 'stderr',
  lines: readonly string[],
): void {
  const { project } = partsOf(revision);
  for (const line of lines) {
    const structured = jsonObject(line);
    const { severity, ...payload } = structured ?? {};
    appendLog(cloud, {
      logName: `projects/${project}/logs/run.googleapis.com%2F${stream}`,
      resource: revisionResource(revision),
      ...(typeof severity === 'string' ? { severity } : {}),
      ...(structured === undefined ? { textPayload: line } : { jsonPayload: payload }),
    });
  }
}

/** What the platform says about a container, not the container itself. */
export function logSystem(cloud: Cloud, revision: string, severity: string, text: string): void {
  const { project } = partsOf(revision);
  appendLog(cloud, {
    logName: `projects/${project}/logs/run.googleapis.com%2Fvarlog%2Fsystem`,
    severity,
    resource: revisionResource(revision),
    textPayload: text,
  });
}

function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
