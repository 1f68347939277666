/** A revision, job or execution that failed, with the last lines that it wrote. */
import type { Google } from '../../google/google.ts';
import { Failure } from '../../lib/failure.ts';
import { lastLines } from '../../release/container-log.ts';

export interface Failed {
  readonly code: string;
  /** A sentence with Google's message in it. */
  readonly message: string;
  readonly next: string;
  readonly project: string;
  /** Of Cloud Logging: which entries belong to it. */
  readonly filter: string;
  readonly cause?: unknown;
}

/** The failure with its log lines; that they cannot be read must not hide what failed. */
export async function failureWithLog(google: Google, failed: Failed): Promise<Failure> {
  const { code, message, next, project, filter, cause } = failed;
  const lines = await lastLines(google, project, filter).catch((error: unknown) => {
    google.signal?.throwIfAborted();
    return [`(its log cannot be read: ${error instanceof Error ? error.message : String(error)})`];
  });
  return new Failure(code, message, { next, cause, details: lines });
}
