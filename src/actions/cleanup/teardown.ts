import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { destroy } from '../../cleanup/destroy.ts';
import { openSite } from '../../cleanup/site.ts';
import {
  type Kept,
  remainsOf,
  requireTeardownAllowed,
  type TeardownOptions,
  viewTeardown,
} from '../../cleanup/teardown.ts';
import type { Deployment } from '../../config/deployment.ts';
import { environmentsInProject, parseDeployment } from '../../config/load.ts';
import { previewEnvironment } from '../../config/preview-names.ts';
import type { Host } from '../../github/host.ts';
import type { Outputs } from '../../github/run-action.ts';
import { requireRights } from '../../preflight/rights.ts';
import { table } from '../../report/markdown.ts';
import { counted } from '../../report/sentences.ts';
import type { CleanupInputs } from '../cleanup.ts';
import { loadConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import { outcomeMarkdown, outputsOf, planMarkdown, requireGone, sayPlan, stepsOf } from './report.ts';

/** Takes an environment down, after it has been said what goes, in which order, and what stays. */
export async function tearDown(
  inputs: CleanupInputs,
  backupDays: number | undefined,
  host: Host,
): Promise<Outputs> {
  const deployment = await loadConfig(inputs, host);
  const { name, environment, project } = deployment;
  const options: TeardownOptions = {
    repository: inputs.repository_id ?? host.environment.GITHUB_REPOSITORY_ID,
    backup:
      backupDays === undefined
        ? undefined
        : { description: `aethercast-deploy: last of ${name} ${environment}`, days: backupDays },
    deleteData: inputs.delete_data,
    liftProtection: inputs.lift_protection,
    ...(await neighboursOf(deployment, host)),
  };
  const session = await openSession(inputs, deployment, host);
  const site = await openSite(session.context);
  const view = await viewTeardown(site, options);
  const because = () => `teardown of ${environment}`;
  const steps = stepsOf(view.goes, because);
  host.info(`teardown of ${name} ${environment} in ${project}: ${counted(steps.flat().length, 'resource')}`);
  sayPlan(steps, host);
  sayKept('stays', view.kept, host);
  const heading = `### ${name}: teardown of ${environment} in ${project}\n\n`;
  const plan = `${planMarkdown(steps)}\n\n${keptTable('stays', view.kept)}`;
  requireTeardownAllowed(view, site, options);
  if (inputs.dry_run) {
    await host.summarize(heading + plan);
    return {
      removed: steps.flat().length,
      remaining: '[]',
      kept: JSON.stringify(view.kept),
      plan: JSON.stringify(steps),
    };
  }
  await requireRights(session.context, steps.flat());
  const list = async () => (await viewTeardown(site, options)).goes;
  const destroyed = await destroy(list, { ...session, because, signal: host.signal });
  const kept = [...view.kept, ...(await remainsOf(site))];
  sayKept('remains', kept, host);
  await host.summarize(`${heading}${outcomeMarkdown(destroyed, session)}\n\n${keptTable('remains', kept)}`);
  requireGone(destroyed, session, host);
  return { ...outputsOf(destroyed), kept: JSON.stringify(kept) };
}

/** Who else lives in the project: what the other environments of the file name there stays. */
async function neighboursOf(
  { file, root, project, environment }: Deployment,
  host: Host,
): Promise<Pick<TeardownOptions, 'neighbours' | 'carriesPreviews'>> {
  const text = await readFile(join(host.workspace, file), 'utf8');
  const parsed = (other: string) => parseDeployment(text, { file, root, environment: other }).deployment;
  const others = environmentsInProject(text, { file, root }, project)
    .filter(({ name, deployment }) => name !== environment && !deployment.preview)
    .map(({ deployment }) => deployment);
  return {
    neighbours: others,
    // Where previews live is the same for all of them.
    carriesPreviews: parsed(previewEnvironment(1))?.preview?.base === environment,
  };
}

function sayKept(verb: string, kept: readonly Kept[], host: Host): void {
  for (const { what, why } of kept) host.info(`${verb}: ${what}: ${why}`);
}

function keptTable(verb: string, kept: readonly Kept[]): string {
  return kept.length === 0
    ? ''
    : table(
        [verb, 'why'],
        kept.map(({ what, why }) => [what, why]),
      );
}
