/**
 * A Cloud Run service. Ours: everything that `wantOf` names; a change of its template makes a revision, an unchanged
 * one makes none. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
 */
import type { App, Probe, Service } from '../config/deployment.ts';
import { create, type FieldChange, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import type { RunContainer, RunService, WorkloadLocation } from '../google/run.ts';
import { because } from './because.ts';
import type { Context } from './context.ts';
import { read } from './new-revision.ts';
import { type Rollout, rollOut, wantedTraffic } from './rollout.ts';
import { resolvedTraffic, trafficChange } from './traffic.ts';
import {
  acceleratorOf,
  containerOf,
  limitsOf,
  mergedLabels,
  notReady,
  type Release,
  revisionLabels,
  templateOf,
} from './workload.ts';
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

/**
 * Direct VPC egress may take a minute or more to come up with an instance, and a container may take four minutes to
 * start. https://cloud.google.com/run/docs/configuring/healthchecks
 */
const patientStartup = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 24 };

export function runService(
  context: Context,
  service: Service,
  app: App,
  release: Release,
  rollout: Rollout,
): Resource<RunService> {
  const want = wantOf(context, service, app, release);
  const { template, ...outer } = want;
  const address = runServiceAddress(app.name);
  const why = because(context.deployment, app.place);
  const at = serviceLocation(context, app);
  const inner = (have: RunService | undefined): FieldChange[] => [
    ...templateChanges(template ?? {}, have?.template),
    ...retryOf(have),
  ];
  return {
    address,
    dependsOn: [],
    observe: () => read<RunService>(context, at),
    diff: (have) => {
      const fields = [...compare(outer, have), ...inner(have)];
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
        touched: (now) => [...new Set(compare(outer, now).map(({ field }) => field.split('.')[0] ?? field))],
        body: (name, now) => ({
          ...outer,
          labels: mergedLabels(now, want),
          template: { ...template, revision: name, labels: revisionLabels(want.labels, release) },
        }),
      }),
  };
}

/** A revision that did not become ready is not asked again: another one is made. */
function retryOf(have: RunService | undefined): FieldChange[] {
  const failed = have && notReady(have);
  return failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
}

function wantOf(context: Context, service: Service, app: App, release: Release): RunService {
  const { deployment } = context;
  return {
    labels: { ...deployment.labels, service: service.key },
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
      containers: [
        {
          ...containerOf(context, service, release, app),
          ports: [{ containerPort: app.port }],
          resources: {
            limits: limitsOf(app),
            cpuIdle: !app.cpuAlwaysAllocated,
            startupCpuBoost: app.startupCpuBoost ?? true,
          },
          ...probesOf(app),
        },
      ],
    },
  };
}

function probesOf(app: App): Pick<RunContainer, 'startupProbe' | 'livenessProbe'> {
  const { startupProbe, startupPath, livenessProbe, livenessPath } = app;
  return {
    startupProbe: startupProbe
      ? probe(startupProbe)
      : {
          ...patientStartup,
          ...(startupPath
            ? { httpGet: { path: startupPath, port: app.port }, tcpSocket: undefined, grpc: undefined }
            : { tcpSocket: { port: app.port }, httpGet: undefined, grpc: undefined }),
        },
    livenessProbe: livenessProbe
      ? probe(livenessProbe)
      : livenessPath
        ? { httpGet: { path: livenessPath, port: app.port }, grpc: undefined }
        : undefined,
  };
}

function probe({ kind, port, ...times }: Probe): NonNullable<RunContainer['startupProbe']> {
  return {
    httpGet: 'http' in kind ? { path: kind.http.path, port } : undefined,
    grpc: 'grpc' in kind ? { service: kind.grpc.service, port } : undefined,
    tcpSocket: 'tcp' in kind ? { port } : undefined,
    initialDelaySeconds: times.initialDelay,
    periodSeconds: times.period,
    timeoutSeconds: times.timeout,
    failureThreshold: times.failureThreshold,
  };
}
