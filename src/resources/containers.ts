/**
 * The containers of a workload: that of the service itself and its sidecars, with their environment and with secrets
 * pinned to versions. https://cloud.google.com/run/docs/reference/rest/v2/Container
 */
import type { Service, Sidecar } from '../config/deployment.ts';
import { resolveText } from '../config/template.ts';
import type { RunContainer } from '../google/run.ts';
import type { Context } from './context.ts';
import { sidecarProbes } from './probes.ts';
import { versionOf } from './secret-version.ts';
import { mountsOf } from './volumes.ts';
import type { Release } from './workload.ts';

/** The name of the container of the service itself where there are others. */
const main = 'main';

/** Of which workload of the service. */
export interface Workload {
  readonly part: 'app' | 'worker';
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly dependsOn?: readonly string[];
}

/**
 * The service's own container first. `own` is what it has beside image, command and environment; `allocation` says for
 * all of them when they have their CPU.
 */
export function containersOf(
  context: Context,
  service: Service,
  release: Release,
  workload: Workload,
  own: RunContainer,
  allocation: NonNullable<RunContainer['resources']> = {},
): RunContainer[] {
  const sidecars = (service.sidecars ?? []).filter(({ beside }) => beside.includes(workload.part));
  const first: RunContainer = {
    ...(sidecars.length > 0 ? { name: main } : {}),
    image: release.image,
    ...programOf(workload),
    env: environmentOf(context, service, release),
    volumeMounts: mountsOf(service),
    dependsOn: [...(workload.dependsOn ?? [])],
    ...own,
    resources: { ...own.resources, ...allocation },
  };
  return [
    first,
    ...sidecars.map((sidecar) => sidecarContainer(context, service, release, sidecar, allocation)),
  ];
}

function sidecarContainer(
  context: Context,
  service: Service,
  release: Release,
  sidecar: Sidecar,
  allocation: NonNullable<RunContainer['resources']>,
): RunContainer {
  const image = release.sidecarImages?.[sidecar.name];
  if (!image) throw new Error(`the image of ${sidecar.name} was not looked up`);
  return {
    name: sidecar.name,
    image,
    ...programOf(sidecar),
    env: environmentOf(context, sidecar, release),
    volumeMounts: mountsOf(service),
    dependsOn: [...sidecar.dependsOn],
    resources: { limits: { cpu: sidecar.cpu, memory: sidecar.memory }, ...allocation },
    ...sidecarProbes(sidecar),
  };
}

function programOf(own: Pick<Workload, 'command' | 'args'>): Pick<RunContainer, 'command' | 'args'> {
  return { command: [...(own.command ?? [])], args: [...(own.args ?? [])] };
}

/** Sorted by name, so that the order in deploy.yaml makes no revision. */
function environmentOf(
  context: Context,
  own: Pick<Service, 'env' | 'secrets'>,
  release: Release,
): NonNullable<RunContainer['env']> {
  const plain = Object.entries(own.env).map(([name, template]) => ({
    name,
    value: resolveText(template, context.facts),
  }));
  const secret = Object.entries(own.secrets).map(([name, reference]) => ({
    name,
    valueSource: {
      secretKeyRef: { secret: reference.secret, version: versionOf(release, reference.secret) },
    },
  }));
  return [...plain, ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}
