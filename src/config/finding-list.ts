import type { Finding, Place } from './finding.ts';

/** Where a finding points: a place in the text and the path of the key as the user wrote it. */
export interface Where {
  readonly place: Place;
  readonly path: string;
}

interface Problem {
  readonly code: string;
  readonly at: Where;
  readonly message: string;
  readonly fix: string;
}

/**
 * The findings of one file. The same file is checked once per environment, so that a problem of the part they
 * share comes up several times: only its first report is kept.
 */
export class FindingList {
  readonly #file: string;
  readonly #findings = new Map<string, Finding>();

  constructor(file: string) {
    this.#file = file;
  }

  error(problem: Problem): void {
    this.#add('error', problem);
  }

  warning(problem: Problem): void {
    this.#add('warning', problem);
  }

  get hasErrors(): boolean {
    return [...this.#findings.values()].some((finding) => finding.severity === 'error');
  }

  /** In the order of the file. */
  sorted(): readonly Finding[] {
    return [...this.#findings.values()].sort(
      (a, b) =>
        a.place.line - b.place.line || a.place.column - b.place.column || a.code.localeCompare(b.code, 'en'),
    );
  }

  #add(severity: Finding['severity'], problem: Problem): void {
    const { code, at, message, fix } = problem;
    const key = `${code} ${at.place.line}:${at.place.column} ${at.path}`;
    if (this.#findings.has(key)) return;
    this.#findings.set(key, {
      code,
      severity,
      file: this.#file,
      place: at.place,
      path: at.path,
      message,
      fix,
    });
  }
}
