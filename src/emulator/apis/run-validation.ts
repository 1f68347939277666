import { isIngress } from './run-defaults.ts';
import { type Container, invalid, type Template } from './run-resource.ts';
import { checkContainer } from './run-validation-container.ts';
import { checkAccelerator, cpusOf } from './run-validation-resources.ts';
import { checkVolumes } from './run-validation-volume.ts';

/** Everything that Cloud Run refuses before it starts anything. Paths in messages are those of the v2 API. */

const systemNamespaces = [
  'run.googleapis.com',
  'cloud.googleapis.com',
  'serving.knative.dev',
  'autoscaling.knative.dev',
];
const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

export interface TemplateRules {
  /** Short name of the service, worker pool or job. */
  readonly workload: string;
  readonly kind: 'services' | 'workerPools' | 'jobs';
  /** Path of the template in the resource: `template`, or `template.template` of a job. */
  readonly where: string;
}

export function isSystemKey(key: string): boolean {
  const namespace = key.includes('/') ? (key.split('/')[0] ?? '') : '';
  return systemNamespaces.some((system) => namespace === system || namespace.endsWith(`.${system}`));
}

export function checkId(id: string, field: string, longest = 49): void {
  if (dnsLabel.test(id) && id.length <= longest) return;
  throw invalid(
    `Violation in ${field}: "${id}" must use only lowercase letters, digits and hyphens, begin with a letter, not end with a hyphen, and be less than ${longest + 1} characters.`,
    field,
  );
}

export function checkMetadata(where: string, labels: unknown, annotations: unknown): void {
  for (const [kind, entries] of Object.entries({ labels, annotations })) {
    for (const key of Object.keys((entries ?? {}) as Record<string, unknown>)) {
      if (!isSystemKey(key)) continue;
      throw invalid(
        `${where}${kind}: the key "${key}" is in the namespace ${key.split('/')[0]}, which is reserved for the system`,
        `${where}${kind}`,
      );
    }
  }
  for (const [key, value] of Object.entries((labels ?? {}) as Record<string, string>)) {
    if (!/^[a-z0-9_-]{0,63}$/.test(value) || !/^[a-z][a-z0-9_./-]{0,127}$/.test(key)) {
      throw invalid(
        `${where}labels: "${key}: ${value}" is invalid: keys and values may hold lowercase letters, digits, underscores and hyphens, 63 characters at most`,
        `${where}labels`,
      );
    }
  }
}

/** Of several containers one gets the requests, and the port says which: https://cloud.google.com/run/docs/deploying#sidecars */
function checkOnePort(containers: readonly Container[], where: string): void {
  const withPort = containers.filter((container) => (container.ports?.length ?? 0) > 0);
  if (withPort.length === 1) return;
  throw invalid(
    `${where}.containers: Revision template should contain exactly one container with an exposed port.`,
    `${where}.containers`,
  );
}

export function checkTemplate(template: Template, rules: TemplateRules): void {
  const { kind, where } = rules;
  checkMetadata(`${where}.`, template.labels, template.annotations);
  checkRevisionName(template.revision, rules.workload);
  const containers = template.containers ?? [];
  if (containers.length === 0) throw invalid(`${where}.containers: at least one container is required`);
  if (kind === 'services' && containers.length > 1) checkOnePort(containers, where);
  const volumes = checkVolumes(template, where);
  checkNames(containers, where);
  containers.forEach((container, index) => {
    checkContainer(container, `${where}.containers[${index}]`, {
      kind,
      volumes,
      ingress: kind === 'services' && isIngress(containers, index),
    });
  });
  checkStartOrder(containers, where);
  checkAccelerator(template, where);
  checkVpc(template, where);
  if (kind === 'services') checkServing(template, containers);
}

function checkRevisionName(revision: string | undefined, workload: string): void {
  if (!revision) return;
  if (!revision.startsWith(`${workload}-`) || revision.length > 63 || !dnsLabel.test(revision)) {
    throw invalid(
      `template.revision: "${revision}" must start with "${workload}-", use only lowercase letters, digits and hyphens, and have at most 63 characters`,
      'template.revision',
    );
  }
}

function checkServing(template: Template, containers: readonly Container[]): void {
  const concurrency = template.maxInstanceRequestConcurrency;
  if (concurrency !== undefined && (concurrency < 0 || concurrency > 1000)) {
    throw invalid('template.max_instance_request_concurrency must be between 0 and 1000');
  }
  checkDuration(template.timeout ?? '300s', 'template.timeout', 3600);
  const { minInstanceCount = 0, maxInstanceCount = 0 } = template.scaling ?? {};
  if (minInstanceCount < 0 || (maxInstanceCount > 0 && minInstanceCount > maxInstanceCount)) {
    throw invalid('template.scaling: min_instance_count must not exceed max_instance_count');
  }
  const first = containers.find((_, index) => isIngress(containers, index));
  if (cpusOf(first) < 1 && (concurrency ?? 0) > 1) {
    throw invalid('template.max_instance_request_concurrency: CPU below 1 needs a concurrency of 1');
  }
}

/** `longest` in seconds. */
export function checkDuration(text: string, where: string, longest: number): void {
  const seconds = Number.parseFloat(text);
  if (!/^\d+(\.\d+)?s$/.test(text) || seconds < 1 || seconds > longest) {
    throw invalid(`${where} must be between 1s and ${longest}s`, where);
  }
}

function checkNames(containers: readonly Container[], where: string): void {
  const seen = new Set<string>();
  for (const [index, { name }] of containers.entries()) {
    const at = `${where}.containers[${index}].name`;
    if (!name) {
      if (containers.length > 1) throw invalid(`${at}: required when there are several containers`);
      continue;
    }
    if (!dnsLabel.test(name) || name.length > 63) throw invalid(`${at}: "${name}" is not a valid name`);
    if (seen.has(name)) throw invalid(`${at}: "${name}" is specified more than once`);
    seen.add(name);
  }
}

/** https://cloud.google.com/run/docs/configuring/services/containers#container-ordering */
function checkStartOrder(containers: readonly Container[], where: string): void {
  const before = new Map(containers.map(({ name = '', dependsOn = [] }) => [name, dependsOn]));
  for (const [index, { dependsOn = [] }] of containers.entries()) {
    const at = `${where}.containers[${index}].depends_on`;
    for (const other of dependsOn) {
      if (!before.has(other)) throw invalid(`${at}: there is no container named "${other}"`);
      if (containers.some(({ name, startupProbe }) => name === other && startupProbe === undefined)) {
        throw invalid(`${at}: "${other}" needs a startup probe, since another container waits for it`);
      }
    }
  }
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      throw invalid(
        `${where}.containers: depends_on goes round in a circle: ${[...path, name].join(' -> ')}`,
      );
    }
    if (done.has(name)) return;
    for (const other of before.get(name) ?? []) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of before.keys()) visit(name, []);
}

function checkVpc(template: Template, where: string): void {
  const access = template.vpcAccess;
  if (access === undefined) return;
  const interfaces = access.networkInterfaces ?? [];
  if (interfaces.length > 1) {
    throw invalid(`${where}.vpc_access.network_interfaces: only one is supported`);
  }
  if (interfaces.length === 1 && access.connector) {
    throw invalid(`${where}.vpc_access: connector and network_interfaces must not both be set`);
  }
  const [only] = interfaces;
  if (only !== undefined && !only.network && !only.subnetwork) {
    throw invalid(`${where}.vpc_access.network_interfaces[0]: network or subnetwork must be set`);
  }
}
