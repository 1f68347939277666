import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Deployment } from '../config/deployment.ts';
import type { Finding } from '../config/finding.ts';
import { environmentNames, parseDeployment } from '../config/load.ts';
import { Failure } from '../lib/failure.ts';
import type { Repository } from './workflow/repositories.ts';

/** The repository of this suite, under the name that callers use. */
export const suiteName = 'org/aethercast-deploy';

/** What is rehearsed: a folder that stands for a repository with a deploy.yaml. */
export interface Application {
  readonly repository: Repository;
  /** Of deploy.yaml, relative to the folder. */
  readonly configFile: string;
  readonly text: string;
  readonly environments: readonly string[];
}

export interface ReadApplication {
  readonly application: Application;
  readonly deployment: Deployment | undefined;
  readonly findings: readonly Finding[];
}

/** `path` is the folder, or its deploy.yaml. Throws Failure APPLICATION_NOT_FOUND. */
export async function readApplication(path: string): Promise<Application> {
  const { folder, configFile } = await locate(path);
  const text = await readFile(join(folder, configFile), 'utf8').catch((cause: unknown) => {
    throw new Failure('APPLICATION_NOT_FOUND', `There is no ${configFile} in ${folder}.`, {
      next: 'Name the folder of an application, for example examples/minimal.',
      cause,
    });
  });
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  return {
    repository: {
      name: `org/${name}`,
      folder,
      ref: 'refs/heads/main',
      sha: await commitOf(folder, text),
    },
    configFile,
    text,
    environments: environmentNames(text),
  };
}

/** The same with another text of its deploy.yaml. */
export function withText(application: Application, text: string): Application {
  return { ...application, text, environments: environmentNames(text) };
}

async function locate(path: string): Promise<{ folder: string; configFile: string }> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) {
    throw new Failure('APPLICATION_NOT_FOUND', `There is no ${absolute}.`, {
      next: 'Name the folder of an application, or its deploy.yaml.',
    });
  }
  return found.isDirectory()
    ? { folder: absolute, configFile: 'deploy.yaml' }
    : { folder: dirname(absolute), configFile: basename(absolute) };
}

/** This suite's own checkout, for `uses: org/aethercast-deploy/...`. */
export async function suiteRepository(): Promise<Repository> {
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  return { name: suiteName, folder, ref: 'refs/heads/main', sha: await commitOf(folder, folder) };
}

/** The commit that is checked out; outside of a git repository, a number of the same form. */
async function commitOf(folder: string, otherwise: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: folder });
    return stdout.trim();
  } catch {
    return createHash('sha1').update(otherwise).digest('hex');
  }
}

/** The deployment of one environment. A file without a project gets a made-up one, as `project_id` would give it. */
export function readDeployment(application: Application, environment: string | undefined): ReadApplication {
  const options = {
    file: application.configFile,
    root: '.',
    ...(environment === undefined ? {} : { environment }),
  };
  const first = parseDeployment(application.text, options);
  const withoutProject = first.findings.some((finding) => finding.code === 'MISSING_PROJECT');
  const loaded = withoutProject
    ? parseDeployment(application.text, { ...options, projectOverride: 'rehearsal-project' })
    : first;
  return { application, deployment: loaded.deployment, findings: loaded.findings };
}
