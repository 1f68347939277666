import { applyPlan } from '../engine/apply.ts';
import { create } from '../engine/change.ts';
import { criticalPath, makespan } from '../engine/critical-path.ts';
import type { Outcome } from '../engine/events.ts';
import { makePlan, type Plan } from '../engine/plan.ts';
import type { Resource } from '../engine/resource.ts';
import type { Host } from '../github/host.ts';
import { assignments, boolean, text } from '../github/inputs.ts';
import { GoogleError } from '../google/error.ts';
import { Failure } from '../lib/failure.ts';
import { requireRights } from '../preflight/rights.ts';
import { details, table } from '../report/markdown.ts';
import { graph } from '../report/mermaid.ts';
import { leftTable, outcomeSummary, planTable } from '../report/plan-summary.ts';
import { counted, duration } from '../report/sentences.ts';
import { estate } from '../resources/estate.ts';
import { missingValues } from '../resources/secret.ts';
import { isShared, requireShared } from '../resources/shared.ts';
import { bootstrap } from './bootstrap.ts';
import { commonInputs } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { loadConfig } from './load-config.ts';
import { requireNoPromotions } from './promotion-partners.ts';
import { requireDone } from './require-done.ts';
import { openSession, type Session } from './session.ts';

export const action = defineAction({
  description:
    'Bring a Google Cloud project to what deploy.yaml asks for: APIs, network, database, Redis, buckets, registry, service accounts, secrets and access.',
  inputs: {
    ...commonInputs,
    secret_env: assignments({
      description:
        "Values for secrets with `from_env`, one NAME=value a line. A variable of the step's environment with that name does as well.",
      secret: true,
    }),
    bootstrap: boolean({
      description:
        'Set up the trust by which the repository deploys without a key, and nothing else. Run once by a person with credentials of their own.',
      default: 'false',
    }),
    repository_id: text({
      description: 'With `bootstrap`, outside of GitHub Actions: the number of the repository.',
    }),
    repository_owner_id: text({
      description: 'With `bootstrap`, outside of GitHub Actions: the number of the owner of the repository.',
    }),
    trusted_workflows: text({
      description:
        'With `bootstrap`: let in only jobs of workflows whose path begins so, such as `OWNER/REPOSITORY/.github/workflows/`; `any` for all of the repository. By default the workflows of the repository that this action is used from, where GitHub tells which that is.',
    }),
    hosted_runners: boolean({
      description: 'With `bootstrap`: let in only jobs on runners that GitHub hosts.',
      default: 'false',
    }),
    promotes_to: text({
      description:
        'With `bootstrap`: environments of the file, in projects of their own, that releases of this one are promoted to, with commas between them. Their deployers may then see what runs here and take its images.',
    }),
    promotes_from: text({
      description:
        'With `bootstrap`: environments of the file, in projects of their own, whose releases are promoted to this one. Their deployers may then see what runs here and the names of its secrets, which the difference is shown from.',
    }),
    prune: boolean({
      description:
        "Take away what the file does not ask for any more: rights of the deployment's own service accounts, those of removed services among them; files of the frontend; the router or the DNS zone of the other `network.internal_calls`. Only what is marked as of this deployment.",
      default: 'false',
    }),
  },
  outputs: {
    changes: 'Number of changes: planned with `dry_run`, else applied.',
    plan: 'The changes as JSON: address, action, fields with before and after, because.',
    left: 'What stays in the project though the file does not ask for it, as JSON: address, whose (`ours` or `foreign`), because, next.',
    project_number: "The project's number.",
    seconds: 'How long the apply took.',
    critical_path_seconds:
      'What the longest chain of dependent steps took: no order of things could have been faster.',
  },
  run: async (inputs, host) => {
    const { repository_id, ...others } = inputs;
    const deployment = await loadConfig(inputs.bootstrap ? inputs : others, host);
    if (inputs.bootstrap) return await bootstrap(inputs, deployment, host);
    requireNoPromotions(inputs);
    const session = await openSession(inputs, deployment, host, {
      values: { ...host.environment, ...inputs.secret_env },
      prune: inputs.prune,
    });
    const resources = estate(session.context);
    const plan = await makePlan(resources, session).catch(async (error: unknown) => {
      throw await explainUnreadable(session, resources, error);
    });
    requireShared(session.context, resources, plan);
    requireValues(session, plan);
    if (inputs.dry_run) {
      await host.summarize(
        heading(session, 'plan') + planTable(plan.changes, plan.left) + picture(resources, plan.changes),
      );
      return outputsOf(session, plan.changes, plan.left);
    }
    await requireRights(session.context, plan.changes);
    const outcomes = await applyPlan(resources, plan, { ...session, signal: host.signal });
    await summarize(session, resources, { ...plan, outcomes }, host);
    requireDone(session.context, outcomes, host.signal);
    const applied = outcomes.filter(({ state }) => state === 'applied').flatMap(({ changes }) => changes);
    return {
      ...outputsOf(session, applied, plan.left),
      seconds: makespan(outcomes) / 1000,
      critical_path_seconds: criticalPath(resources, outcomes) / 1000,
    };
  },
});

/** Who may not read the one thing often lacks the rest as well: then all of it is said at once. */
async function explainUnreadable(
  session: Session,
  resources: readonly Resource[],
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof GoogleError) || error.http !== 403) return error;
  const own = resources.filter((resource) => !isShared(resource));
  const everything = own.flatMap(({ address }) => {
    const made = create(address, 'deploy.yaml');
    return [made, { ...made, action: 'update' as const }];
  });
  return await requireRights(session.context, everything).then(
    () => error,
    (missing: unknown) => missing,
  );
}

function outputsOf(session: Session, changes: Plan['changes'], left: Plan['left']) {
  return {
    changes: changes.length,
    plan: JSON.stringify(changes),
    left: JSON.stringify(left),
    project_number: session.context.projectNumber,
  };
}

/** A secret that has no value and is given none would let the first deployment fail, an hour from now. */
function requireValues(session: Session, plan: Plan): void {
  const missing = missingValues(session.context, (address) => plan.entries.get(address)?.have);
  if (missing.length === 0) return;
  const { file } = session.context.deployment;
  throw new Failure(
    'SECRET_VALUE_MISSING',
    `${counted(missing.length, 'secret')} of ${file} has no value yet and was given none.`,
    {
      next: 'Create the GitHub secret of that name and pass it in `secret_env`, one NAME=value a line. Nothing was changed.',
      details: missing.map(
        ({ name, source, place }) => `${file}:${place.line} secret ${name}: GitHub secret ${source.variable}`,
      ),
    },
  );
}

async function summarize(
  session: Session,
  resources: readonly Resource[],
  { outcomes, left }: { readonly outcomes: readonly Outcome[]; readonly left: Plan['left'] },
  host: Host,
): Promise<void> {
  const { grants } = session.context.deployment;
  const access = table(
    ['who', 'role', 'on', 'because'],
    grants.map((grant) => [
      grant.member.replace(/^serviceAccount:|@.*$/g, ''),
      grant.role,
      Object.values(grant.on).join(' '),
      `${session.context.deployment.file}:${grant.place.line} ${grant.because}`,
    ]),
  );
  const took = `It took ${duration(makespan(outcomes))}; the longest chain of dependent steps alone takes ${duration(criticalPath(resources, outcomes))}.`;
  const parts = [
    outcomeSummary(outcomes),
    took,
    ...leftTable(left),
    details(`Access (${counted(grants.length, 'binding')})`, access),
  ];
  const changes = outcomes.flatMap((outcome) => outcome.changes);
  await host.summarize(heading(session, 'provision') + parts.join('\n\n') + picture(resources, changes));
}

function picture(resources: readonly Resource[], changes: Plan['changes']): string {
  const drawn = graph(resources, changes);
  return drawn ? `\n\n${details('What depends on what', drawn)}` : '';
}

function heading(session: Session, what: string): string {
  const { name, environment, project } = session.context.deployment;
  return `### ${name} ${environment}: ${what} in ${project}\n\n`;
}
