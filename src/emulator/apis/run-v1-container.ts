import type { Container, EnvVar, Probe } from './run-resource.ts';
import type { Problems } from './run-v1-problems.ts';
import type { SecretNames } from './run-v1-secrets.ts';
import { filled, type V1Container, type V1Probe, type V1Variable } from './run-v1-shapes.ts';

/** Fields that Kubernetes has and Cloud Run refuses. */
const unsupported = ['envFrom', 'readinessProbe', 'securityContext', 'terminationMessagePath'] as const;

interface Place {
  /** Path of the container: `spec.template.spec.containers[0]`. */
  readonly path: string;
  readonly problems: Problems;
}

export function containerFromV1(container: V1Container, secrets: SecretNames, at: Place): Container {
  for (const field of unsupported) {
    if (!(field in container)) continue;
    at.problems.add(`${at.path}.${snakeCase(field)}`, 'is not supported');
  }
  const { limits } = container.resources ?? {};
  return filled({
    name: container.name,
    image: container.image,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    env: container.env?.map((variable, index) =>
      variableFromV1(variable, secrets, { ...at, path: `${at.path}.env[${index}]` }),
    ),
    ports: container.ports?.map((port) => filled({ name: port.name, containerPort: port.containerPort })),
    resources: limits && Object.keys(limits).length > 0 ? { limits } : undefined,
    volumeMounts: container.volumeMounts?.map((mount) =>
      filled({ name: mount.name, mountPath: mount.mountPath }),
    ),
    startupProbe: container.startupProbe && probeFromV1(container.startupProbe),
    livenessProbe: container.livenessProbe && probeFromV1(container.livenessProbe),
  }) as Container;
}

export function containerToV1(container: Container, secrets: SecretNames): V1Container {
  const limits = container.resources?.limits;
  return filled({
    name: container.name,
    image: container.image,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    env: container.env?.map((variable) => variableToV1(variable, secrets)),
    ports: container.ports,
    resources: limits && { limits },
    volumeMounts: container.volumeMounts,
    startupProbe: container.startupProbe,
    livenessProbe: container.livenessProbe,
  }) as V1Container;
}

/** Also of the variables that a run of a job overrides. */
export function variableFromV1(variable: V1Variable, secrets: SecretNames, at: Place): EnvVar {
  const { name = '', value, valueFrom } = variable;
  if (valueFrom?.configMapKeyRef !== undefined) {
    at.problems.add(`${at.path}.value_from.config_map_key_ref`, 'is not supported');
  }
  const reference = valueFrom?.secretKeyRef;
  if (reference === undefined) return { name, ...(value === undefined ? {} : { value }) };
  if (!reference.name) at.problems.add(`${at.path}.value_from.secret_key_ref.name`, 'is required');
  if (!reference.key) at.problems.add(`${at.path}.value_from.secret_key_ref.key`, 'is required');
  return {
    name,
    ...(value === undefined ? {} : { value }),
    valueSource: {
      secretKeyRef: {
        secret: secrets.resource(reference.name ?? ''),
        ...(reference.key ? { version: reference.key } : {}),
      },
    },
  };
}

function variableToV1(variable: EnvVar, secrets: SecretNames): V1Variable {
  const reference = variable.valueSource?.secretKeyRef;
  const name = variable.name ?? '';
  if (reference === undefined) return { name, value: variable.value ?? '' };
  return {
    name,
    valueFrom: {
      secretKeyRef: { name: secrets.alias(reference.secret ?? ''), key: reference.version ?? 'latest' },
    },
  };
}

/** Cloud Run takes no success threshold but one. */
function probeFromV1({ successThreshold: _successThreshold, ...probe }: V1Probe): Probe {
  return probe;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
