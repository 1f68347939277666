import { cpusOf, isIngress } from './run-defaults.ts';
import { type Container, invalid, type Probe, type Template, type Volume } from './run-resource.ts';

/** Everything that Cloud Run refuses before it starts anything. Paths in messages are those of the v2 API. */

const systemNamespaces = [
  'run.googleapis.com',
  'cloud.googleapis.com',
  'serving.knative.dev',
  'autoscaling.knative.dev',
];
/** https://cloud.google.com/run/docs/container-contract#env-vars */
const reservedVariables = new Set(['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION']);
const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

export function checkId(id: string, field: string): void {
  if (dnsLabel.test(id) && id.length < 50) return;
  throw invalid(
    `Violation in ${field}: "${id}" must use only lowercase letters, digits and hyphens, begin with a letter, not end with a hyphen, and be less than 50 characters.`,
    field,
  );
}

export function checkMetadata(where: string, labels: unknown, annotations: unknown): void {
  for (const [kind, entries] of Object.entries({ labels, annotations })) {
    for (const key of Object.keys((entries ?? {}) as Record<string, unknown>)) {
      const namespace = key.includes('/') ? (key.split('/')[0] ?? '') : '';
      if (systemNamespaces.some((system) => namespace === system || namespace.endsWith(`.${system}`))) {
        throw invalid(
          `${where}${kind}: the key "${key}" is in the namespace ${namespace}, which is reserved for the system`,
          `${where}${kind}`,
        );
      }
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

export function checkTemplate(template: Template, workload: string, kind: 'services' | 'workerPools'): void {
  checkMetadata('template.', template.labels, template.annotations);
  checkRevisionName(template.revision, workload);
  const containers = template.containers ?? [];
  if (containers.length === 0) throw invalid('template.containers: at least one container is required');
  if (containers.filter((container) => (container.ports?.length ?? 0) > 0).length > 1) {
    throw invalid('template.containers: only one container may have ports');
  }
  const volumes = new Map(
    (template.volumes ?? []).map((volume, index) => [checkVolume(volume, index), volume]),
  );
  containers.forEach((container, index) => {
    checkContainer(container, index, containers.length, volumes, kind, isIngress(containers, index));
  });
  checkVpc(template);
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
  const seconds = Number.parseFloat(template.timeout ?? '300s');
  if (!/^\d+(\.\d+)?s$/.test(template.timeout ?? '300s') || seconds < 1 || seconds > 3600) {
    throw invalid('template.timeout must be between 1s and 3600s');
  }
  const { minInstanceCount = 0, maxInstanceCount = 0 } = template.scaling ?? {};
  if (minInstanceCount < 0 || (maxInstanceCount > 0 && minInstanceCount > maxInstanceCount)) {
    throw invalid('template.scaling: min_instance_count must not exceed max_instance_count');
  }
  const first = containers.find((_, index) => isIngress(containers, index));
  if (cpusOf(first) < 1 && (concurrency ?? 0) > 1) {
    throw invalid('template.max_instance_request_concurrency: CPU below 1 needs a concurrency of 1');
  }
}

function checkContainer(
  container: Container,
  index: number,
  count: number,
  volumes: ReadonlyMap<string, Volume>,
  kind: 'services' | 'workerPools',
  ingress: boolean,
): void {
  const where = `template.containers[${index}]`;
  if (!container.image) throw invalid(`${where}.image: Required field is missing`, `${where}.image`);
  if (/\s/.test(container.image) || /[A-Z]/.test(container.image.split(/[:@]/)[0] ?? '')) {
    throw invalid(`${where}.image: "${container.image}" is not a valid image name`);
  }
  if (count > 1 && !container.name)
    throw invalid(`${where}.name: required when there are several containers`);
  checkPorts(container, where, kind);
  checkVariables(container, where);
  checkResources(container, where);
  checkMounts(container, where, volumes);
  if (container.startupProbe) checkProbe(container.startupProbe, `${where}.startup_probe`, true);
  if (container.livenessProbe) checkProbe(container.livenessProbe, `${where}.liveness_probe`, false);
  if (kind === 'services' && !ingress && container.ports?.length) {
    throw invalid(`${where}.ports: only the ingress container may have ports`);
  }
}

function checkPorts(container: Container, where: string, kind: 'services' | 'workerPools'): void {
  const ports = container.ports ?? [];
  if (ports.length === 0) return;
  if (kind === 'workerPools')
    throw invalid(`${where}.ports: worker pools do not have ports`, `${where}.ports`);
  if (ports.length > 1) throw invalid(`${where}.ports: only one port may be specified`);
  const [port] = ports;
  const number = port?.containerPort ?? 8080;
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw invalid(`${where}.ports[0].container_port must be between 1 and 65535`);
  }
  if (port?.name && port.name !== 'http1' && port.name !== 'h2c') {
    throw invalid(`${where}.ports[0].name must be "http1" or "h2c"`);
  }
}

function checkVariables(container: Container, where: string): void {
  const seen = new Set<string>();
  for (const [index, variable] of (container.env ?? []).entries()) {
    const at = `${where}.env[${index}]`;
    const name = variable.name ?? '';
    if (name === '' || name.includes('=')) throw invalid(`${at}.name: "${name}" is not a valid name`);
    if (seen.has(name)) throw invalid(`${at}.name: "${name}" is specified more than once`);
    seen.add(name);
    if (reservedVariables.has(name)) {
      throw invalid(
        `${at}.name: The following reserved env names were provided: ${name}. These values are automatically set by the system.`,
      );
    }
    if (variable.value !== undefined && variable.valueSource !== undefined) {
      throw invalid(`${at}: value and value_source must not both be set`);
    }
    if (Buffer.byteLength(variable.value ?? '') > 32_768) {
      throw invalid(`${at}.value: must be at most 32768 bytes`);
    }
    const reference = variable.valueSource?.secretKeyRef;
    if (variable.valueSource !== undefined && !reference?.secret) {
      throw invalid(`${at}.value_source.secret_key_ref.secret: Required field is missing`);
    }
    if (reference?.secret && !/^(projects\/[^/]+\/secrets\/)?[A-Za-z0-9_-]{1,255}$/.test(reference.secret)) {
      throw invalid(`${at}.value_source.secret_key_ref.secret: "${reference.secret}" is not a secret's name`);
    }
  }
}

/** https://cloud.google.com/run/docs/configuring/services/memory-limits and .../cpu: which go together, in GiB. */
const memoryOfCpus: readonly { cpus: number; least: number; most: number }[] = [
  { cpus: 1, least: 0.125, most: 4 },
  { cpus: 2, least: 0.125, most: 8 },
  { cpus: 4, least: 2, most: 16 },
  { cpus: 6, least: 4, most: 24 },
  { cpus: 8, least: 4, most: 32 },
];

function checkResources(container: Container, where: string): void {
  const limits = container.resources?.limits ?? {};
  for (const name of Object.keys(limits)) {
    if (name !== 'cpu' && name !== 'memory' && name !== 'nvidia.com/gpu') {
      throw invalid(`${where}.resources.limits: "${name}" is not a known resource`);
    }
  }
  const cpus = cpusOf(container);
  const bounds =
    memoryOfCpus.find((one) => one.cpus === cpus) ??
    (cpus >= 0.08 && cpus < 1 ? { least: 0.125, most: 4 } : undefined);
  if (bounds === undefined) {
    throw invalid(
      `${where}.resources.limits.cpu: Invalid value specified for cpu "${limits.cpu}". Valid are 1, 2, 4, 6, 8 and fractions of 1 from 0.08.`,
    );
  }
  const memory = gibibytes(limits.memory ?? '512Mi');
  if (memory === undefined || memory < bounds.least || memory > bounds.most) {
    throw invalid(
      `${where}.resources.limits.memory: Invalid value specified for memory "${limits.memory}". For ${cpus} CPU, memory must be between ${bounds.least} and ${bounds.most} GiB.`,
    );
  }
}

function gibibytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(text);
  if (match === null) return undefined;
  const units: Readonly<Record<string, number>> = {
    Ki: 2 ** -20,
    Mi: 2 ** -10,
    Gi: 1,
    k: 1e3 / 2 ** 30,
    M: 1e6 / 2 ** 30,
    G: 1e9 / 2 ** 30,
  };
  return Number(match[1]) * (units[match[2] ?? ''] ?? 2 ** -30);
}

const volumeKinds = ['secret', 'cloudSqlInstance', 'emptyDir', 'gcs', 'nfs'] as const;

function checkVolume(volume: Volume, index: number): string {
  const where = `template.volumes[${index}]`;
  if (!volume.name) throw invalid(`${where}.name: Required field is missing`);
  const kinds = volumeKinds.filter((kind) => volume[kind] !== undefined);
  if (kinds.length !== 1) throw invalid(`${where}: exactly one of ${volumeKinds.join(', ')} must be set`);
  for (const instance of volume.cloudSqlInstance?.instances ?? []) {
    if (!/^([a-z0-9.-]+:)?[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]+$/.test(instance)) {
      throw invalid(
        `${where}.cloud_sql_instance.instances: "${instance}" must be of the form PROJECT:REGION:INSTANCE`,
      );
    }
  }
  if (volume.secret !== undefined && !volume.secret.secret) {
    throw invalid(`${where}.secret.secret: Required field is missing`);
  }
  return volume.name;
}

function checkMounts(container: Container, where: string, volumes: ReadonlyMap<string, Volume>): void {
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${where}.volume_mounts[${index}]`;
    const volume = volumes.get(mount.name ?? '');
    if (volume === undefined) throw invalid(`${at}.name: there is no volume named "${mount.name ?? ''}"`);
    if (!mount.mountPath?.startsWith('/'))
      throw invalid(`${at}.mount_path: "${mount.mountPath ?? ''}" must be absolute`);
    if (volume.cloudSqlInstance !== undefined && mount.mountPath !== '/cloudsql') {
      throw invalid(`${at}.mount_path: Cloud SQL volumes must be mounted at /cloudsql`);
    }
  }
}

function checkProbe(probe: Probe, where: string, startup: boolean): void {
  const { initialDelaySeconds = 0, timeoutSeconds = 1, periodSeconds = 10, failureThreshold = 3 } = probe;
  const longest = startup ? 240 : 3600;
  if (initialDelaySeconds < 0 || initialDelaySeconds > 240) {
    throw invalid(`${where}.initial_delay_seconds must be between 0 and 240`);
  }
  if (periodSeconds < 1 || periodSeconds > longest) {
    throw invalid(`${where}.period_seconds must be between 1 and ${longest}`);
  }
  if (timeoutSeconds > periodSeconds)
    throw invalid(`${where}.timeout_seconds must not exceed period_seconds`);
  if (startup && failureThreshold * periodSeconds > 240) {
    throw invalid(`${where}: failure_threshold * period_seconds must not exceed 240 seconds`);
  }
  const kinds = ['httpGet', 'tcpSocket', 'grpc'].filter((kind) => probe[kind] !== undefined);
  if (kinds.length > 1) throw invalid(`${where}: only one of http_get, tcp_socket and grpc may be set`);
  if (!startup && probe.tcpSocket !== undefined)
    throw invalid(`${where}.tcp_socket: not allowed in liveness probes`);
}

function checkVpc(template: Template): void {
  const access = template.vpcAccess;
  if (access === undefined) return;
  const interfaces = access.networkInterfaces ?? [];
  if (interfaces.length > 1) throw invalid('template.vpc_access.network_interfaces: only one is supported');
  if (interfaces.length === 1 && access.connector) {
    throw invalid('template.vpc_access: connector and network_interfaces must not both be set');
  }
  const [only] = interfaces;
  if (only !== undefined && !only.network && !only.subnetwork) {
    throw invalid('template.vpc_access.network_interfaces[0]: network or subnetwork must be set');
  }
}
