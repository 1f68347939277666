/**
 * A Cloud Run service. Ours: everything that `wantOf` names; a change of its template makes a revision, an unchanged
 * one makes none. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
 */
import type { App, Service } from '../config/deployment.ts';
import { create, type FieldChange, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import type { RunService, WorkloadLocation } from '../google/run.ts';
import { because } from './because.ts';
import { containersOf } from './containers.ts';
import type { Context } from './context.ts';
import { type Part, sentMarks, sentRevisionMarks, wantedMarks, wantedRevisionMarks } from './marks.ts';
import { read } from './new-revision.ts';
import { servedProbes } from './probes.ts';
import { type Rollout, rollOut } from './rollout.ts';
import { resolvedTraffic, trafficChange } from './traffic.ts';
import { wantedTraffic } from './wanted-traffic.ts';
import { acceleratorOf, limitsOf, notReady, type Release, templateOf } from './workload.ts';
import { templateChanges } from './workload-changes.ts';

export const runServiceAddress = (name: string): string => `service/${name}`;

export function serviceLocation({ deployment }: Context, app: App): WorkloadLocation {
  return { kind: 'services', project: deployment.project, region: deployment.region, name: app.name };
}

const ingress = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
} as const;

const executionEnvironment = {
  gen1: 'EXECUTION_ENVIRONMENT_GEN1',
  gen2: 'EXECUTION_ENVIRONMENT_GEN2',
} as const;

/** Which workload of its service it is; the worker can be one too. */
export interface ServicePart {
  readonly part: Part;
  /** Addresses of what must be as wanted before. */
  readonly after: readonly string[];
}

export function runService(
  context: Context,
  service: Service,
  app: App,
  release: Release,
  rollout: Rollout,
  { part, after }: ServicePart = { part: 'app', after: [] },
): Resource<RunService> {
  const { deployment } = context;
  const { template, ...settings } = wantOf(context, service, app, part, release);
  const outer = (have: RunService | undefined): object => ({
    ...settings,
    ...wantedMarks(deployment, service, have, part),
  });
  const address = runServiceAddress(app.name);
  const why = because(deployment, app.place);
  const at = serviceLocation(context, app);
  const inner = (have: RunService | undefined): FieldChange[] => [
    ...templateChanges(template ?? {}, have?.template),
    ...compare(wantedRevisionMarks(service, have), have?.template, 'revision.'),
    ...retryOf(have),
  ];
  return {
    address,
    dependsOn: after,
    observe: () => read<RunService>(context, at),
    diff: (have) => {
      const fields = [...compare(outer(have), have), ...inner(have)];
      if (!have) return [create(address, why, fields)];
      const moves =
        inner(have).length > 0
          ? []
          : trafficChange(resolvedTraffic(have), wantedTraffic(context, at, have, rollout));
      return update(address, why, [...fields, ...moves]);
    },
    apply: (_changes, have) =>
      rollOut(context, have, {
        at,
        commit: release.commit,
        rollout,
        needsRevision: (now) => inner(now).length > 0,
        touched: (now) => [
          ...new Set(compare(outer(now), now).map(({ field }) => field.split('.')[0] ?? field)),
        ],
        body: (name, now) => ({
          ...settings,
          ...sentMarks(deployment, service, now, part),
          template: { ...template, revision: name, ...sentRevisionMarks(deployment, service, release) },
        }),
      }),
  };
}

/** A revision that did not become ready is not asked again: another one is made. */
function retryOf(have: RunService | undefined): FieldChange[] {
  const failed = have && notReady(have);
  return failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
}

function wantOf(context: Context, service: Service, app: App, part: Part, release: Release): RunService {
  const port = { containerPort: app.port, name: app.http2 ? 'h2c' : 'http1' };
  return {
    ingress: ingress[app.ingress],
    invokerIamDisabled: app.authentication === 'none',
    description: app.description,
    customAudiences: [...(app.customAudiences ?? [])],
    defaultUriDisabled: app.defaultUrlDisabled ?? false,
    template: {
      ...templateOf(context, service, release),
      ...acceleratorOf(app),
      timeout: `${app.timeoutSeconds}s`,
      ...(app.concurrency === undefined ? {} : { maxInstanceRequestConcurrency: app.concurrency }),
      sessionAffinity: app.sessionAffinity,
      ...(app.executionEnvironment
        ? { executionEnvironment: executionEnvironment[app.executionEnvironment] }
        : {}),
      scaling: { minInstanceCount: app.minInstances, maxInstanceCount: app.maxInstances },
      containers: containersOf(
        context,
        service,
        release,
        { ...app, part },
        { ports: [port], resources: { limits: limitsOf(app) }, ...servedProbes(app) },
        { cpuIdle: !app.cpuAlwaysAllocated, startupCpuBoost: app.startupCpuBoost ?? true },
      ),
    },
  };
}
