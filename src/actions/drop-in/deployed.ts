/** What came of a deployment to one region. */
export interface Deployed {
  readonly region: string;
  readonly kind: 'service' | 'job' | 'worker pool';
  readonly name: string;
  /** Of the service, or of the tag that was asked for; empty for what has none. */
  readonly url: string;
  readonly revision?: string;
  /** The revision that served before, or most of it; absent for a new service. */
  readonly previous?: string;
  readonly image: string;
  readonly execution?: string;
  readonly changes: readonly string[];
  /** What a person should know, for warnings. */
  readonly remarks: readonly string[];
}
