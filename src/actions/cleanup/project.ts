/** What all three ways of cleaning up begin with: the file, the connection, and whose things are meant. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlNames } from '../../cleanup/databases.ts';
import type { Owner } from '../../cleanup/previews.ts';
import { openSite, type Site } from '../../cleanup/site.ts';
import type { Deployment } from '../../config/deployment.ts';
import { parseDeployment } from '../../config/load.ts';
import { previewEnvironment } from '../../config/preview-names.ts';
import type { Host } from '../../github/host.ts';
import { upsertComment } from '../../github/rest/comments.ts';
import { connectJob, type GitHub } from '../../github/rest/connection.ts';
import { deleteDeployment, listDeployments } from '../../github/rest/deployments.ts';
import { Failure } from '../../lib/failure.ts';
import { removedPage } from '../../report/preview-page.ts';
import type { CleanupInputs } from '../cleanup.ts';
import { loadConfig } from '../load-config.ts';
import { commentMarker, githubEnvironment, taskOf } from '../previewing/preview-of.ts';
import { openSession, type Session } from '../session.ts';

export interface PreviewProject {
  readonly session: Session;
  readonly site: Site;
  readonly owner: Owner;
  readonly github: GitHub;
}

/** The project of the previews, with the connection to it and to GitHub. */
export async function openPreviewProject(
  inputs: CleanupInputs,
  pullRequest: number,
  host: Host,
): Promise<PreviewProject> {
  const repository = requireRepository(inputs, host);
  const deployment = await loadConfig({ ...inputs, environment: previewEnvironment(pullRequest) }, host);
  const owner = { deployment: deployment.name, repository, sqlNames: await sqlNamesIn(deployment, host) };
  const github = connectJob(inputs.github_token, host);
  const session = await openSession(inputs, deployment, host);
  return { session, site: await openSite(session.context), owner, github };
}

async function sqlNamesIn(deployment: Deployment, host: Host): Promise<SqlNames> {
  const { file, root, project, region } = deployment;
  const overrides = { projectOverride: project, regionOverride: region };
  const text = await readFile(join(host.workspace, file), 'utf8');
  return (pullRequest) => {
    const environment = previewEnvironment(pullRequest);
    const { database } = parseDeployment(text, { file, root, environment, ...overrides }).deployment ?? {};
    return database && { database: database.name, user: database.user };
  };
}

function requireRepository(inputs: CleanupInputs, host: Host): string {
  const repository = inputs.repository_id ?? host.environment.GITHUB_REPOSITORY_ID;
  if (repository) return repository;
  throw new Failure('INPUT_INVALID', 'It is not known whose previews these are.', {
    next: 'Outside of GitHub Actions give repository_id; `gh api repos/OWNER/REPO --jq .id` tells it.',
  });
}

const taskPattern = /^preview-(pr-\d+)$/;

/** GitHub's records of previews: they share one environment, and each preview has a task of its own. */
export async function recordsOf(
  github: GitHub,
  pullRequest?: number,
): Promise<readonly { readonly id: number; readonly environment: string }[]> {
  const filter = { environment: githubEnvironment };
  const records = await listDeployments(
    github,
    pullRequest === undefined ? filter : { ...filter, task: taskOf(pullRequest) },
  );
  return records.flatMap(({ id, task }) => {
    const found = taskPattern.exec(task)?.[1];
    return found === undefined ? [] : [{ id, environment: found }];
  });
}

/** One after the other: GitHub asks for that of whoever writes. */
export async function deleteRecords(
  github: GitHub,
  records: readonly { readonly id: number }[],
): Promise<void> {
  for (const { id } of records) await deleteDeployment(github, id);
}

/** Says in the preview's comment that it is gone. */
export async function tellRemoved(
  { github, session }: Pick<PreviewProject, 'github' | 'session'>,
  pullRequest: number,
  what: { readonly why: string; readonly open: boolean },
): Promise<void> {
  const { deployment } = session.context;
  const page = removedPage({ name: deployment.name, pullRequest, ...what });
  await upsertComment(github, pullRequest, commentMarker(deployment), page);
}
