import type { Cloud, Table } from '../service.ts';

/** A request that reached a container, as far as Monitoring wants to know. */
export interface RequestRecord {
  /** Full name of the revision. */
  readonly revision: string;
  /** When it was answered, in milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
  /** Milliseconds. */
  readonly latency: number;
}

/**
 * Not kept for ever: the oldest are dropped beyond this number, which is far more than a canary is judged by. Google
 * keeps the metrics of Cloud Run for six weeks.
 */
const mostKept = 100_000;

/** Requests by a running number, the oldest first. */
export function requestRecords(cloud: Cloud): Table<RequestRecord> {
  return cloud.table<RequestRecord>('run.requests');
}

export function recordRequest(cloud: Cloud, record: RequestRecord): void {
  const number = cloud.next('run.request');
  requestRecords(cloud).set(String(number), record);
  requestRecords(cloud).delete(String(number - mostKept));
}
