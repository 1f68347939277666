import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import { environmentsInProject, type NamedDeployment } from '../config/load.ts';
import { applyPlan } from '../engine/apply.ts';
import { makePlan } from '../engine/plan.ts';
import type { Host } from '../github/host.ts';
import type { Outputs } from '../github/run-action.ts';
import { Failure } from '../lib/failure.ts';
import { table } from '../report/markdown.ts';
import { outcomeSummary, planTable } from '../report/plan-summary.ts';
import type { Right } from '../resources/bindings.ts';
import type { TrustedRepository } from '../resources/identity-provider.ts';
import {
  hasDeployer,
  type Partner,
  type Promotions,
  rightsInProject,
  rightsOnRepository,
} from '../resources/promotion-rights.ts';
import { firstApis, trust, trustInputs, trustLines } from '../resources/trust.ts';
import { promotionPartners } from './promotion-partners.ts';
import { requireDone } from './require-done.ts';
import { openSession, type Session } from './session.ts';

interface BootstrapInputs {
  readonly repository_id: string | undefined;
  readonly repository_owner_id: string | undefined;
  readonly workload_identity_provider: string | undefined;
  readonly service_account: string | undefined;
  readonly dry_run: boolean;
  readonly trusted_workflows: string | undefined;
  readonly hosted_runners: boolean;
  readonly promotes_to: string | undefined;
  readonly promotes_from: string | undefined;
}

/**
 * Sets up the trust by which the repository's jobs deploy without a key. Run once for a project by a person with
 * credentials of their own, since the deployer cannot make itself; prints what the workflows then need.
 */
export async function bootstrap(
  inputs: BootstrapInputs,
  deployment: Deployment,
  host: Host,
): Promise<Outputs> {
  const github = await repositoryOf(inputs, deployment, host);
  const promotions = await promotionPartners(inputs, deployment, host);
  const session = await openSession(inputs, deployment, host, { enableFirst: firstApis });
  const { present, missing } = await whoIsThere(session, promotions);
  const resources = trust(session.context, github, present);
  const plan = await makePlan(resources, session);
  const heading = `### ${deployment.name}: trust in ${deployment.project}\n\n`;
  const outputs = { changes: plan.changes.length, plan: JSON.stringify(plan.changes) };
  if (inputs.dry_run) {
    await host.summarize(
      [heading + planTable(plan.changes), ...promotionLines(deployment, present, missing)].join('\n\n'),
    );
    return outputs;
  }
  const outcomes = await applyPlan(resources, plan, { ...session, signal: host.signal });
  const lines = trustInputs(session.context, github).flatMap(trustLines).join('\n');
  host.info(`The workflows of the repository need:\n${lines}`);
  host.info(
    github.workflows
      ? `Only jobs of workflows in ${github.workflows} are let in.`
      : 'Jobs of any workflow of the repository are let in; `trusted_workflows` narrows that.',
  );
  const parts = [heading + outcomeSummary(outcomes), `\`\`\`yaml\n${lines}\n\`\`\``];
  await host.summarize([...parts, ...promotionLines(deployment, present, missing)].join('\n\n'));
  requireDone(session.context, outcomes, host.signal);
  requireDeployers(missing);
  return outputs;
}

/** Those whose accounts can be given rights, and those whose project has not been set up yet. */
async function whoIsThere(
  { context }: Session,
  promotions: Promotions,
): Promise<{ readonly present: Promotions; readonly missing: readonly Partner[] }> {
  const all = [...new Map([...promotions.to, ...promotions.from].map((one) => [one.deployer, one])).values()];
  const there = await Promise.all(all.map((partner) => hasDeployer(context, partner)));
  const missing = all.filter((_, index) => !there[index]);
  const isThere = ({ deployer }: Partner): boolean => missing.every((one) => one.deployer !== deployer);
  return { present: { to: promotions.to.filter(isThere), from: promotions.from.filter(isThere) }, missing };
}

/** Nothing when the environment takes part in no promotion. */
function promotionLines(
  { project, repository }: Deployment,
  present: Promotions,
  missing: readonly Partner[],
): readonly string[] {
  const row = (on: string) => (right: Right) => [nameOfMember(right.member), right.role, on, right.why];
  const rows = [
    ...rightsInProject(present).map(row(project)),
    ...rightsOnRepository(present).map(row(`repository ${repository.name}`)),
  ];
  return [
    ...(rows.length > 0 ? [`For promotion:\n\n${table(['who', 'role', 'on', 'why'], rows)}`] : []),
    ...missing.map((partner) => `No right yet: ${missingSentence(partner)}`),
  ];
}

const nameOfMember = (member: string): string => member.replace(/^serviceAccount:/, '');

const missingSentence = ({ environment, deployer }: Partner): string =>
  `${deployer}, the deployer of ${environment}, does not exist.`;

/** Each of two projects needs the other's account first: the one that is set up first is told to come back. */
function requireDeployers(missing: readonly Partner[]): void {
  if (missing.length === 0) return;
  const environments = missing.map(({ environment }) => environment).join(' and ');
  throw new Failure('DEPLOYER_MISSING', missing.map(missingSentence).join(' '), {
    next: `Run bootstrap for ${environments}, then this again. Everything else is set up.`,
  });
}

/** In a run GitHub says which repository it is; elsewhere the person does. */
async function repositoryOf(
  inputs: BootstrapInputs,
  deployment: Deployment,
  host: Host,
): Promise<TrustedRepository> {
  const repositoryId = inputs.repository_id ?? host.environment.GITHUB_REPOSITORY_ID;
  const ownerId = inputs.repository_owner_id ?? host.environment.GITHUB_REPOSITORY_OWNER_ID;
  if (!repositoryId || !ownerId) {
    throw new Failure('INPUT_INVALID', 'bootstrap needs the numbers of the repository and of its owner.', {
      next: "Give repository_id and repository_owner_id; `gh api repos/OWNER/REPO --jq '.id, .owner.id'` tells them.",
    });
  }
  for (const id of [repositoryId, ownerId]) requireForm(id, /^\d+$/, 'a number, as GitHub gives it');
  const workflows = workflowsOf(inputs, host);
  return {
    repositoryId,
    ownerId,
    environments: await environmentsIn(deployment, host),
    hostedRunners: inputs.hosted_runners,
    ...(workflows !== undefined && { workflows }),
  };
}

/**
 * Whoever may change a workflow of the repository could take the credentials of its environment: so only jobs of the
 * suite's own reusable workflows come in, unless the person says otherwise.
 */
function workflowsOf({ trusted_workflows: given }: BootstrapInputs, host: Host): string | undefined {
  if (given === 'any') return undefined;
  if (given !== undefined) {
    requireForm(
      given,
      /^[\w.-]+\/[\w.-]+\/\.github\/workflows\/[\w.-]*$/,
      'OWNER/REPOSITORY/.github/workflows/',
    );
    return given;
  }
  // Empty for an action that lies in the checkout.
  const suite = host.environment.GITHUB_ACTION_REPOSITORY;
  return suite ? `${suite}/.github/workflows/` : undefined;
}

/** They become part of a condition, where a quote would end the text. */
function requireForm(value: string, form: RegExp, what: string): void {
  if (form.test(value)) return;
  throw new Failure('INPUT_INVALID', `"${value}" is not ${what}.`, {
    next: 'Correct the input of that value; `gh api repos/OWNER/REPO` tells what GitHub calls it.',
  });
}

/** The environments of the file that live in this project: each gets a provider that lets in its jobs alone. */
async function environmentsIn(deployment: Deployment, host: Host): Promise<readonly NamedDeployment[]> {
  const { file } = deployment;
  const text = await readFile(join(host.workspace, file), 'utf8');
  return environmentsInProject(text, { file, root: dirname(file) }, deployment.project);
}
