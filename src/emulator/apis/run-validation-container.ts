import { type Container, invalid, type Probe, type Volume } from './run-resource.ts';
import { checkResources } from './run-validation-resources.ts';

/** https://cloud.google.com/run/docs/container-contract#env-vars */
const reservedVariables = new Set(['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION']);

interface Rules {
  readonly kind: 'services' | 'workerPools' | 'jobs';
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly ingress: boolean;
}

/** `where` is the container's path, for example `template.containers[0]`. */
export function checkContainer(container: Container, where: string, rules: Rules): void {
  if (!container.image) throw invalid(`${where}.image: Required field is missing`, `${where}.image`);
  if (/\s/.test(container.image) || /[A-Z]/.test(container.image.split(/[:@]/)[0] ?? '')) {
    throw invalid(`${where}.image: "${container.image}" is not a valid image name`);
  }
  checkPorts(container, where, rules);
  checkVariables(container, where);
  checkResources(container, where);
  checkMounts(container, where, rules.volumes);
  if (container.startupProbe) checkProbe(container.startupProbe, `${where}.startup_probe`, true);
  if (container.livenessProbe) {
    if (rules.kind === 'jobs') throw invalid(`${where}.liveness_probe: not supported for jobs`);
    checkProbe(container.livenessProbe, `${where}.liveness_probe`, false);
  }
}

function checkPorts(container: Container, where: string, { kind, ingress }: Rules): void {
  const ports = container.ports ?? [];
  if (ports.length === 0) return;
  if (kind === 'workerPools') {
    throw invalid(`${where}.ports: worker pools do not have ports`, `${where}.ports`);
  }
  if (kind === 'services' && !ingress) {
    throw invalid(`${where}.ports: only the ingress container may have ports`);
  }
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

/** Also of the variables that a run of a job overrides. */
export function checkVariables(container: Pick<Container, 'env'>, where: string): void {
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
    const version = reference?.version ?? 'latest';
    if (!/^([1-9]\d*|[A-Za-z][\w-]{0,62})$/.test(version)) {
      throw invalid(
        `${at}.value_source.secret_key_ref.version: "${version}" is not a version: a number, an alias or "latest"`,
      );
    }
  }
}

function checkMounts(container: Container, where: string, volumes: ReadonlyMap<string, Volume>): void {
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${where}.volume_mounts[${index}]`;
    const volume = volumes.get(mount.name ?? '');
    if (volume === undefined) throw invalid(`${at}.name: there is no volume named "${mount.name ?? ''}"`);
    const path = mount.mountPath ?? '';
    if (!path.startsWith('/')) throw invalid(`${at}.mount_path: "${path}" must be absolute`);
    if (path.includes(':') || path === '/') throw invalid(`${at}.mount_path: "${path}" is not allowed`);
    if (paths.has(path)) throw invalid(`${at}.mount_path: "${path}" is specified more than once`);
    paths.add(path);
    if (volume.cloudSqlInstance !== undefined && path !== '/cloudsql') {
      throw invalid(`${at}.mount_path: Cloud SQL volumes must be mounted at /cloudsql`);
    }
    if (volume.cloudSqlInstance === undefined && /^\/cloudsql(\/|$)/.test(path)) {
      throw invalid(`${at}.mount_path: /cloudsql is reserved for Cloud SQL volumes`);
    }
  }
}

/** https://cloud.google.com/run/docs/configuring/healthchecks */
function checkProbe(probe: Probe, where: string, startup: boolean): void {
  const { initialDelaySeconds = 0, timeoutSeconds = 1, periodSeconds = 10, failureThreshold = 3 } = probe;
  const longest = startup ? 240 : 3600;
  if (initialDelaySeconds < 0 || initialDelaySeconds > 240) {
    throw invalid(`${where}.initial_delay_seconds must be between 0 and 240`);
  }
  if (periodSeconds < 1 || periodSeconds > longest) {
    throw invalid(`${where}.period_seconds must be between 1 and ${longest}`);
  }
  if (timeoutSeconds > periodSeconds) {
    throw invalid(`${where}.timeout_seconds must not exceed period_seconds`);
  }
  if (startup && failureThreshold * periodSeconds > 240) {
    throw invalid(`${where}: failure_threshold * period_seconds must not exceed 240 seconds`);
  }
  const kinds = ['httpGet', 'tcpSocket', 'grpc'].filter((kind) => probe[kind] !== undefined);
  if (kinds.length > 1) throw invalid(`${where}: only one of http_get, tcp_socket and grpc may be set`);
  if (!startup && probe.tcpSocket !== undefined) {
    throw invalid(`${where}.tcp_socket: not allowed in liveness probes`);
  }
}
