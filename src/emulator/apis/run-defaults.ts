import type { Cloud } from '../service.ts';
import type {
  Container,
  EnvVar,
  ExecutionTemplate,
  Probe,
  TaskTemplate,
  Template,
  Volume,
} from './run-resource.ts';
import { cpusOf } from './run-validation-resources.ts';

/** https://cloud.google.com/run/docs/about-instance-autoscaling: how far a revision scales if nothing is said. */
const defaultMaxInstances = 100;

/** The template of a service or worker pool with everything that Cloud Run fills in by itself. */
export function templateWithDefaults(
  cloud: Cloud,
  project: string,
  template: Template,
  kind: 'services' | 'workerPools',
): Template {
  const common = commonDefaults(cloud, project, template, kind === 'services');
  if (kind === 'workerPools') return common;
  return {
    ...common,
    timeout: template.timeout ?? '300s',
    maxInstanceRequestConcurrency:
      template.maxInstanceRequestConcurrency || (cpusOf(common.containers?.[0]) < 1 ? 1 : 80),
    scaling: {
      ...template.scaling,
      maxInstanceCount: template.scaling?.maxInstanceCount || defaultMaxInstances,
    },
  };
}

/** https://cloud.google.com/run/docs/configuring/max-retries and .../task-timeout; jobs run in the second generation. */
export function executionTemplateWithDefaults(
  cloud: Cloud,
  project: string,
  template: ExecutionTemplate,
): ExecutionTemplate & { readonly taskCount: number; readonly template: TaskTemplate } {
  const task: TaskTemplate = template.template ?? {};
  return {
    ...template,
    taskCount: template.taskCount || 1,
    template: {
      ...commonDefaults(cloud, project, task, false),
      maxRetries: task.maxRetries ?? 3,
      timeout: task.timeout || '600s',
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    },
  };
}

function commonDefaults(cloud: Cloud, project: string, template: Template, serves: boolean): Template {
  const { number } = cloud.project(project);
  const containers = template.containers ?? [];
  return {
    ...template,
    serviceAccount: template.serviceAccount || `${number}-compute@developer.gserviceaccount.com`,
    containers: containers.map((container, index) =>
      containerWithDefaults(container, serves && listens(containers, index)),
    ),
    ...(template.volumes === undefined ? {} : { volumes: template.volumes.map(volumeWithDefaults) }),
    ...(template.vpcAccess === undefined
      ? {}
      : {
          vpcAccess: {
            ...template.vpcAccess,
            egress:
              template.vpcAccess.egress === undefined ||
              template.vpcAccess.egress === 'VPC_EGRESS_UNSPECIFIED'
                ? 'PRIVATE_RANGES_ONLY'
                : template.vpcAccess.egress,
          },
        }),
  };
}

/** The container that gets the requests: the one with a port, or the only one. */
export function isIngress(containers: readonly Container[], index: number): boolean {
  const withPort = containers.findIndex((container) => (container.ports?.length ?? 0) > 0);
  return withPort === -1 ? index === 0 : index === withPort;
}

/** Of several containers none gets a port by itself. */
function listens(containers: readonly Container[], index: number): boolean {
  return containers.length === 1 || (containers[index]?.ports?.length ?? 0) > 0;
}

function containerWithDefaults(container: Container, ingress: boolean): Container {
  const port = container.ports?.[0]?.containerPort ?? 8080;
  // cpuIdle is true only as long as nothing is said about resources at all.
  const resources = container.resources ?? (ingress ? { cpuIdle: true } : {});
  return {
    ...container,
    ...(container.env === undefined ? {} : { env: container.env.map(variableWithDefaults) }),
    resources: { ...resources, limits: { cpu: '1000m', memory: '512Mi', ...resources.limits } },
    ...(ingress
      ? {
          ports: [{ name: container.ports?.[0]?.name || 'http1', containerPort: port }],
          startupProbe:
            container.startupProbe === undefined
              ? { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port } }
              : probeWithDefaults(container.startupProbe, port),
        }
      : container.startupProbe === undefined
        ? {}
        : { startupProbe: probeWithDefaults(container.startupProbe, port) }),
    ...(container.livenessProbe === undefined
      ? {}
      : { livenessProbe: probeWithDefaults(container.livenessProbe, port) }),
  };
}

function variableWithDefaults(variable: EnvVar): EnvVar {
  const reference = variable.valueSource?.secretKeyRef;
  if (reference === undefined) return variable;
  return {
    ...variable,
    valueSource: { secretKeyRef: { ...reference, version: reference.version || 'latest' } },
  };
}

function probeWithDefaults(probe: Probe, port: number): Probe {
  return {
    ...probe,
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    failureThreshold: probe.failureThreshold || 3,
    ...(probe.httpGet === undefined
      ? {}
      : { httpGet: { ...probe.httpGet, path: probe.httpGet.path || '/', port: probe.httpGet.port || port } }),
    ...(probe.tcpSocket === undefined ? {} : { tcpSocket: { port: probe.tcpSocket.port || port } }),
    ...(probe.grpc === undefined ? {} : { grpc: { ...probe.grpc, port: probe.grpc.port || port } }),
  };
}

function volumeWithDefaults(volume: Volume): Volume {
  if (volume.emptyDir !== undefined) return { ...volume, emptyDir: { ...volume.emptyDir, medium: 'MEMORY' } };
  const items = volume.secret?.items;
  if (items === undefined) return volume;
  return {
    ...volume,
    secret: {
      ...volume.secret,
      items: items.map((item) => ({ ...item, version: item.version || 'latest' })),
    },
  };
}
