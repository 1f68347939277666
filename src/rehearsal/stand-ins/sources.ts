/** What a step wants to have checked out. */
export interface WantedSource {
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** A branch, a tag, a full ref or a commit; empty for the commit of the run, or the default branch of another repository. */
  readonly ref: string;
  /** Commits of history; 0 for all of it. */
  readonly depth: number;
  /** An empty folder, or one of an earlier checkout. */
  readonly into: string;
}

export interface GivenSource {
  readonly sha: string;
  /** As it was asked for, or the ref of the run. */
  readonly ref: string;
  /** Whether the folder is a clone, with a `.git`. */
  readonly cloned: boolean;
}

/** Where the files of repositories come from. */
export interface Sources {
  /** Throws Failure CHECKOUT_FAILED, or CHECKOUT_UNSUPPORTED for what only GitHub has. */
  checkOut(wanted: WantedSource): Promise<GivenSource>;
}
