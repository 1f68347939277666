/** A place in a file; line and column count from 1, as editors and GitHub's annotations do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One problem of deploy.yaml (or of a file that it names), with its place, its text and its fix. */
export interface Finding {
  /** Stable, upper snake case: tests, docs and searches rely on it. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** As the user wrote it, relative to the workspace. */
  readonly file: string;
  readonly place: Place;
  /** Where in the document, for example `services.tda-service.app.port`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}
