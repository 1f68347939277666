import type { JobRecord, RunRecord } from './run.ts';

/** A Cloud Run service or worker pool, as the deploying action reported it. */
export interface WorkloadRow {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly revision: string;
  /** `sha256:...`; empty when the image is not named by digest. */
  readonly digest: string;
  readonly url: string;
  readonly changed: boolean;
  readonly seconds: number;
}

/**
 * Collects the workloads from the outputs named `metadata` of all steps: JSON with `service` and `workloads`. Steps of
 * other actions with an output of that name are passed over.
 */
export function workloadsOf(record: RunRecord): readonly WorkloadRow[] {
  return record.jobs.flatMap(workloadsOfJob).sort((one, other) => one.name.localeCompare(other.name));
}

/** How long each workload took that a run reported. */
export function secondsByName(run: { readonly record: RunRecord } | undefined): ReadonlyMap<string, number> {
  if (run === undefined) return new Map();
  return new Map(workloadsOf(run.record).map(({ name, seconds }) => [name, seconds]));
}

/** Those that one job reported. */
export function workloadsOfJob(job: JobRecord): readonly WorkloadRow[] {
  return job.steps.flatMap(({ outputs }) =>
    outputs.metadata === undefined ? [] : readMetadata(outputs.metadata),
  );
}

function readMetadata(text: string): readonly WorkloadRow[] {
  let metadata: unknown;
  try {
    metadata = JSON.parse(text);
  } catch {
    return [];
  }
  const { service, workloads } = fields(metadata);
  if (!Array.isArray(workloads)) return [];
  return workloads.map((workload) => {
    const { name, kind, revision, image, url, changed, seconds } = fields(workload);
    return {
      service: words(service),
      name: words(name),
      kind: words(kind),
      revision: words(revision).split('/').at(-1) ?? '',
      digest: /@(sha256:[0-9a-f]{64})$/.exec(words(image))?.[1] ?? '',
      url: words(url),
      changed: changed === true,
      seconds: typeof seconds === 'number' ? seconds : 0,
    };
  });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `sha256:` and the first twelve digits, as Docker shows it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
