/**
 * A Cloud Run service. Ours: everything that `wantOf` names; a change of it makes a revision, an unchanged one makes
 * none. Tags that others put on revisions stay. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
 */
import type { App, Service } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import type { RunContainer, RunService } from '../google/run.ts';
import type { Context } from './context.ts';
import { containerOf, type Release, revisionLabels, templateOf, workloadResource } from './workload.ts';

export const runServiceAddress = (name: string): string => `service/${name}`;

const ingress = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
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
): Resource<RunService> {
  const want = wantOf(context, service, app, release);
  return workloadResource<RunService>(context, {
    kind: 'services',
    name: app.name,
    address: runServiceAddress(app.name),
    place: app.place,
    want,
    comparable: (have) => ({ ...have, traffic: have.traffic?.filter((target) => !isTagOnly(target)) }),
    body: (have) => ({
      ...want,
      labels: { ...have?.labels, ...want.labels } as Record<string, string>,
      template: { ...want.template, labels: revisionLabels(want.labels, release) },
      traffic: [...(want.traffic ?? []), ...(have?.traffic ?? []).filter(isTagOnly)],
    }),
  });
}

/** A tag that somebody put on a revision, without traffic. */
function isTagOnly(target: { tag?: string | undefined; percent?: number | undefined }): boolean {
  return Boolean(target.tag) && !target.percent;
}

function wantOf(context: Context, service: Service, app: App, release: Release): RunService {
  const { deployment } = context;
  return {
    labels: { ...deployment.labels, service: service.key },
    ingress: ingress[app.ingress],
    invokerIamDisabled: app.authentication === 'none',
    template: {
      ...templateOf(context, service),
      timeout: `${app.timeoutSeconds}s`,
      ...(app.concurrency === undefined ? {} : { maxInstanceRequestConcurrency: app.concurrency }),
      sessionAffinity: app.sessionAffinity,
      scaling: { minInstanceCount: app.minInstances, maxInstanceCount: app.maxInstances },
      containers: [
        {
          ...containerOf(context, service, release, app),
          ports: [{ containerPort: app.port }],
          resources: {
            limits: { cpu: app.cpu, memory: app.memory },
            cpuIdle: !app.cpuAlwaysAllocated,
            startupCpuBoost: true,
          },
          ...probesOf(app),
        },
      ],
    },
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
  };
}

function probesOf(app: App): Pick<RunContainer, 'startupProbe' | 'livenessProbe'> {
  return {
    startupProbe: {
      ...patientStartup,
      ...(app.startupPath
        ? { httpGet: { path: app.startupPath, port: app.port }, tcpSocket: undefined }
        : { tcpSocket: { port: app.port }, httpGet: undefined }),
    },
    livenessProbe: app.livenessPath ? { httpGet: { path: app.livenessPath, port: app.port } } : undefined,
  };
}
