/** What a deployment would change in its project: infrastructure first, since the services rest on it. Reads only. */
import type { Source } from '../../build/source.ts';
import type { Finding } from '../../config/finding.ts';
import type { Change, Leftover } from '../../engine/change.ts';
import { makePlan, type Plan } from '../../engine/plan.ts';
import { Failure } from '../../lib/failure.ts';
import { requireRights } from '../../preflight/rights.ts';
import type { ServicePlan } from '../../report/plan-page.ts';
import { estate } from '../../resources/estate.ts';
import { removedWorkloads } from '../../resources/removed-workloads.ts';
import { missingValues } from '../../resources/secret.ts';
import { staysUntil } from '../removals.ts';
import type { Session } from '../session.ts';
import { planService } from './service-plan.ts';

export interface LivePlan {
  readonly infrastructure: readonly Change[];
  readonly left: readonly Leftover[];
  readonly services: readonly ServicePlan[];
  /** What the release deletes at its end, since the file does not ask for it any more. */
  readonly removals: readonly Change[];
  /** What a deployment would fail on. */
  readonly findings: readonly Finding[];
}

export async function planLive(
  session: Session,
  sources: ReadonlyMap<string, Source>,
  touched: readonly string[] | undefined,
): Promise<LivePlan> {
  const plan = await makePlan(estate(session.context), session);
  const site = { session, infrastructure: plan.changes, sources, touched };
  const [services, removed, rights] = await Promise.all([
    Promise.all(session.context.deployment.services.map((service) => planService(site, service))),
    planRemoved(session),
    rightsFindings(session, plan.changes),
  ]);
  return {
    infrastructure: plan.changes,
    left: [...plan.left, ...removed.left],
    services,
    removals: removed.changes,
    findings: [...valueFindings(session, plan), ...rights],
  };
}

async function planRemoved(session: Session): Promise<Plan> {
  const { context } = session;
  const notAsked = context.deployment.preview ? staysUntil.closed : staysUntil.asked;
  const stays = context.prune ? undefined : notAsked;
  const mayRun = (await context.enabled()).has('run.googleapis.com');
  const resources = mayRun ? await removedWorkloads(context, { stays, withoutFormer: true }) : [];
  return await makePlan(resources, { ...session, emit: () => {} });
}

/** Warnings: the job that provisions may run as another account than the one that plans. */
async function rightsFindings(session: Session, changes: readonly Change[]): Promise<Finding[]> {
  try {
    await requireRights(session.context, changes);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      {
        code: error.code,
        severity: 'warning',
        file: session.context.deployment.file,
        place: { line: 1, column: 1 },
        path: '',
        message: [error.message, ...error.details].join('\n'),
        fix: error.next,
      },
    ];
  }
}

/** Warnings: this step is not given the values, the one that provisions is. */
function valueFindings({ context }: Session, plan: Plan): Finding[] {
  const missing = missingValues(context, (address) => plan.entries.get(address)?.have);
  return missing.map(({ name, source, place }) => ({
    code: 'SECRET_VALUE_MISSING',
    severity: 'warning',
    file: context.deployment.file,
    place,
    path: `secrets.${name}`,
    message: `The secret has no value yet.`,
    fix: `Create the GitHub secret ${source.variable} and pass it to the deployment in secret_env.`,
  }));
}
