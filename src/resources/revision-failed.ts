import type { WorkloadKind } from '../google/run.ts';
import { Failure } from '../lib/failure.ts';
import { sentence } from '../lib/sentence.ts';

/**
 * A revision that did not become ready, or that failed its test; what served before goes on serving. Of a job, which has
 * no revisions, it is the job itself that could not be run.
 */
export class RevisionFailed extends Failure {
  readonly kind: WorkloadKind | 'jobs';
  readonly workload: string;
  /** Short name. */
  readonly revision: string;
  /** Google's message, or what the test found. */
  readonly reason: string;
  /** The revision that goes on serving; absent when there is none. */
  readonly serving: string | undefined;
  readonly stage: 'start' | 'test';

  constructor(
    parts: {
      readonly kind: WorkloadKind | 'jobs';
      readonly workload: string;
      readonly revision: string;
      readonly reason: string;
      readonly serving: string | undefined;
      readonly stage: 'start' | 'test';
    },
    cause?: unknown,
  ) {
    const what = parts.stage === 'start' ? 'did not become ready' : 'failed its test';
    const left = parts.serving
      ? `${parts.serving} goes on serving.`
      : `${parts.workload} has no earlier revision that could serve.`;
    super(
      parts.stage === 'start' ? 'REVISION_FAILED' : 'SMOKE_TEST_FAILED',
      parts.kind === 'jobs'
        ? `Job ${parts.workload} cannot be run: ${sentence(parts.reason)}`
        : `Revision ${parts.revision} ${what}: ${sentence(parts.reason)} ${left}`,
      { next: 'Mend what the message names and run again.', cause },
    );
    this.name = 'RevisionFailed';
    this.kind = parts.kind;
    this.workload = parts.workload;
    this.revision = parts.revision;
    this.reason = parts.reason;
    this.serving = parts.serving;
    this.stage = parts.stage;
  }
}
