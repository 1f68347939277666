import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { Finding } from '../config/finding.ts';
import { type Loaded, parseDeployment } from '../config/load.ts';
import type { Host } from '../github/host.ts';
import { Failure } from '../lib/failure.ts';

interface ConfigInputs {
  readonly config: string;
  readonly environment: string | undefined;
  readonly project_id: string | undefined;
  readonly region: string | undefined;
  /** Number of the repository on GitHub, where no run tells it. */
  readonly repository_id?: string | undefined;
}

/** GitHub shows ten annotations of a kind for a step; the rest stands in the log and in the summary. */
const annotationLimit = 10;

/** Reads and checks the file. Throws CONFIG_INVALID after showing every problem at its line. */
export async function loadConfig(inputs: ConfigInputs, host: Host): Promise<Deployment> {
  const { deployment, findings, file } = await readConfig(inputs, host);
  showFindings(findings, host);
  if (!deployment) throw invalid(file, findings);
  return deployment;
}

/** Reads and checks the file, without a word about what is wrong with it. Throws CONFIG_NOT_FOUND. */
export async function readConfig(
  inputs: ConfigInputs,
  host: Host,
): Promise<Loaded & { readonly file: string }> {
  const file = normalize(inputs.config);
  const text = await readFile(join(host.workspace, file), 'utf8').catch((cause: unknown) => {
    throw new Failure('CONFIG_NOT_FOUND', `There is no ${file} in ${host.workspace}.`, {
      next: 'Check out the repository before this step (actions/checkout), or give the path as `config`.',
      cause,
    });
  });
  const repositoryId = inputs.repository_id ?? host.environment.GITHUB_REPOSITORY_ID;
  const loaded = parseDeployment(text, {
    file,
    root: dirname(file),
    ...(inputs.environment ? { environment: inputs.environment } : {}),
    ...(inputs.project_id ? { projectOverride: inputs.project_id } : {}),
    ...(inputs.region ? { regionOverride: inputs.region } : {}),
    ...(repositoryId ? { repositoryId } : {}),
  });
  return { ...loaded, file };
}

/** Shows findings as lines of the log, and the first of each kind as annotations. */
export function showFindings(findings: readonly Finding[], host: Host): void {
  for (const severity of ['error', 'warning'] as const) {
    const some = findings.filter((finding) => finding.severity === severity);
    for (const [index, finding] of some.entries()) {
      const { file, place } = finding;
      if (index >= annotationLimit) host.info(findingLine(finding));
      else {
        host[severity](findingText(finding), {
          file,
          line: place.line,
          column: place.column,
          title: finding.code,
        });
      }
    }
  }
}

export function findingLine(finding: Finding): string {
  const { file, place, code } = finding;
  return `${file}:${place.line}:${place.column} ${code} ${findingText(finding)}`;
}

/** What is wrong and the fix, as one sentence. */
export function findingText({ path, message, fix }: Finding): string {
  const end = /[.!?:;]$/.test(message) ? '' : ';';
  return `${path ? `${path}: ` : ''}${message}${end} ${fix}`;
}

export function invalid(file: string, findings: readonly Finding[]): Failure {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return new Failure('CONFIG_INVALID', `${file} has ${errors} problem${errors === 1 ? '' : 's'}.`, {
    next: 'Each is shown above with its line and its fix; nothing was sent to Google Cloud.',
  });
}
