import { type Container, invalid, type Template } from './run-resource.ts';

/** https://cloud.google.com/run/docs/configuring/services/memory-limits and .../cpu: which go together, in GiB. */
const memoryOfCpus: readonly { cpus: number; least: number; most: number }[] = [
  { cpus: 1, least: 0.125, most: 4 },
  { cpus: 2, least: 0.125, most: 8 },
  { cpus: 4, least: 2, most: 16 },
  { cpus: 6, least: 4, most: 24 },
  { cpus: 8, least: 4, most: 32 },
];

const gpu = 'nvidia.com/gpu';

/** https://cloud.google.com/run/docs/configuring/services/gpu: what a container with a GPU needs at least, in GiB. */
const accelerators: Readonly<Record<string, { cpus: number; memory: number }>> = {
  'nvidia-l4': { cpus: 4, memory: 16 },
};

export function cpusOf(container: Container | undefined): number {
  const text = container?.resources?.limits?.cpu ?? '1000m';
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
}

/** `where` is the container's path. */
export function checkResources(container: Container, where: string): void {
  const limits = container.resources?.limits ?? {};
  for (const name of Object.keys(limits)) {
    if (name !== 'cpu' && name !== 'memory' && name !== gpu) {
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

/** A GPU is asked for twice, as a limit of one container and by its kind, and has demands of its own. */
export function checkAccelerator(template: Template, where: string): void {
  const kind = template.nodeSelector?.accelerator;
  const at = (template.containers ?? []).findIndex((one) => one.resources?.limits?.[gpu] !== undefined);
  const container = template.containers?.[at];
  if (container === undefined) {
    if (!kind) return;
    throw invalid(`${where}.node_selector.accelerator: needs the limit "${gpu}" of one container`);
  }
  if (!kind) throw invalid(`${where}.node_selector.accelerator: required for the limit "${gpu}"`);
  const needs = accelerators[kind];
  if (needs === undefined) {
    throw invalid(
      `${where}.node_selector.accelerator: "${kind}" is not supported; supported are ${Object.keys(accelerators).join(', ')}`,
    );
  }
  const limits = `${where}.containers[${at}].resources.limits`;
  if (container.resources?.limits?.[gpu] !== '1') throw invalid(`${limits}: "${gpu}" must be 1`);
  if (cpusOf(container) < needs.cpus) {
    throw invalid(`${limits}.cpu: must be at least ${needs.cpus} for ${kind}`);
  }
  if ((gibibytes(container.resources?.limits?.memory ?? '512Mi') ?? 0) < needs.memory) {
    throw invalid(`${limits}.memory: must be at least ${needs.memory}Gi for ${kind}`);
  }
  if (container.resources?.cpuIdle === true) {
    throw invalid(`${where}.containers[${at}].resources.cpu_idle: must be false with a GPU`);
  }
}

/** A quantity such as `512Mi` in GiB; `undefined` when it is none. */
export function gibibytes(text: string): number | undefined {
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
