export type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

/** What happens in a run, for progress and reports. `job` is a number that is unique in the run. */
export type RunEvent =
  | { readonly kind: 'job-started'; readonly job: JobIdentity; readonly at: number }
  | {
      readonly kind: 'job-finished';
      readonly job: JobIdentity;
      readonly at: number;
      readonly result: Result;
      /** Why, when the job did not even start its steps. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'step-started';
      readonly job: JobIdentity;
      readonly at: number;
      readonly step: string;
    }
  | {
      readonly kind: 'step-finished';
      readonly job: JobIdentity;
      readonly at: number;
      readonly step: string;
      readonly result: Result;
      readonly outputs: Readonly<Record<string, string>>;
    }
  /** One line of the job's log, masked. */
  | { readonly kind: 'line'; readonly job: JobIdentity; readonly text: string }
  | { readonly kind: 'annotation'; readonly job: JobIdentity; readonly annotation: Annotation }
  | { readonly kind: 'summary'; readonly job: JobIdentity; readonly step: string; readonly markdown: string };

export interface JobIdentity {
  readonly number: number;
  /** As GitHub shows it: `deploy / build (api)`. */
  readonly name: string;
  /** The id of the job in its file, for example `build`. */
  readonly id: string;
  /** The values of the matrix; empty without one. */
  readonly cell: string;
}

/** Masked, like everything that leaves a job. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
