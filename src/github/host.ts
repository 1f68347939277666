import * as core from '@actions/core';

/** A place for an annotation; GitHub shows it beside the line. */
export interface AnnotationPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly title?: string;
}

/** What a phase may do to the outside of the runner; the same for every action. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The checkout that the phase works on. */
  readonly workspace: string;
  readonly signal: AbortSignal;
  /** Who calls Google, and for which project: filled in when it is known, so that a refusal can name both. */
  readonly caller: { principal?: string; project?: string };
  info(line: string): void;
  debug(line: string): void;
  warning(message: string, place?: AnnotationPlace): void;
  error(message: string, place?: AnnotationPlace): void;
  /** From now on the runner shows `***` for it. */
  mask(value: string): void;
  /** Markdown for the page of the run; kept below GitHub's limit. */
  summarize(markdown: string): Promise<void>;
  /** This job's OIDC token for the audience. */
  idToken(audience: string): Promise<string>;
}

/** GitHub drops a step's whole summary above 1024 KiB. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const summaryLimit = 900 * 1024;
/** GitHub cuts an annotation at 4096 characters. */
const annotationLimit = 4000;

export function createHost(signal: AbortSignal): Host {
  return {
    environment: process.env,
    workspace: process.env.GITHUB_WORKSPACE ?? process.cwd(),
    signal,
    caller: {},
    info: (line) => core.info(inert(line)),
    debug: core.debug,
    warning: (message, place) => core.warning(cut(message), properties(place)),
    error: (message, place) => core.error(cut(message), properties(place)),
    mask: core.setSecret,
    summarize: async (markdown) => {
      if (!process.env.GITHUB_STEP_SUMMARY) return;
      await core.summary.addRaw(withinLimit(markdown), true).write();
    },
    idToken: (audience) => core.getIDToken(audience),
  };
}

function properties(place: AnnotationPlace | undefined): core.AnnotationProperties {
  return {
    ...(place?.title ? { title: place.title } : {}),
    ...(place?.file ? { file: place.file } : {}),
    ...(place?.line ? { startLine: place.line } : {}),
    ...(place?.column ? { startColumn: place.column } : {}),
  };
}

/**
 * The runner takes a line that begins with `::`, and what follows `##[`, for a command to itself. What others have
 * written, such as a container into its log, must not become one.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function inert(text: string): string {
  return text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [');
}

function cut(message: string): string {
  return message.length <= annotationLimit ? message : `${message.slice(0, annotationLimit)} …`;
}

function withinLimit(markdown: string): string {
  const bytes = Buffer.from(markdown, 'utf8');
  if (bytes.length <= summaryLimit) return markdown;
  // The cut may fall into a letter of several bytes.
  const kept = bytes
    .subarray(0, summaryLimit)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  return `${kept}\n\n… cut here: the rest is in the log.\n`;
}
