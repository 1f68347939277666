import { checkImage } from './check-image.ts';
import { checkInstance, checkSize } from './check-size.ts';
import { type Draft, where, whereKey } from './draft.ts';
import { suggestion } from './nearest.ts';
import type { ServiceConfig } from './schema.ts';

type SidecarConfig = ServiceConfig['sidecars'][string];
type Part = 'app' | 'worker';

/** The name of the container of the service itself, where it has sidecars. */
const main = 'main';

/** A container of an instance, as far as its start is concerned. */
interface Starting {
  readonly path: readonly string[];
  readonly dependsOn: readonly string[];
  readonly hasStartupProbe: boolean;
}

/** What Cloud Run would refuse about the containers of an instance, and sidecars that would run nowhere. */
export function checkSidecars(key: string, service: ServiceConfig, draft: Draft): void {
  const path = ['services', key];
  for (const [name, sidecar] of Object.entries(service.sidecars)) {
    const own = [...path, 'sidecars', name];
    checkName(own, name, draft);
    checkImage(own, sidecar, draft);
    checkSize(own, sidecar.cpu, sidecar.memory, draft);
    checkProbePorts(own, sidecar, undefined, draft);
    for (const part of sidecar.beside ?? []) checkBeside(own, part, service, draft);
  }
  if (service.worker) checkProbePorts([...path, 'worker'], service.worker, service.worker.port, draft);
  for (const part of ['app', 'worker'] as const) {
    const workload = service[part];
    if (workload === undefined) continue;
    const beside = Object.entries(service.sidecars).filter(([, sidecar]) => isBeside(sidecar, part));
    if (beside.length > 0) {
      checkInstance([...path, part], [workload, ...beside.map(([, sidecar]) => sidecar)], draft);
    }
    checkStart(containersOf(key, part, service, beside), draft);
  }
}

function isBeside({ beside }: SidecarConfig, part: Part): boolean {
  return beside === undefined || beside.includes(part);
}

function checkName(path: readonly string[], name: string, draft: Draft): void {
  if (name !== main && name.length <= 63) return;
  draft.findings.error({
    code: 'SIDECAR_NAME',
    at: whereKey(draft, ...path),
    message:
      name === main
        ? `${main} is the name of the container of the service itself`
        : `the name has ${name.length} characters; at most 63 are possible`,
    fix: 'give the sidecar another name',
  });
}

function checkBeside(path: readonly string[], part: Part, service: ServiceConfig, draft: Draft): void {
  if (service[part] !== undefined) return;
  draft.findings.error({
    code: 'SIDECAR_WITHOUT_WORKLOAD',
    at: where(draft, ...path, 'beside'),
    message: `the service has no ${part} that it could run beside`,
    fix: `remove ${part} from beside, or add ${part}:`,
  });
}

/** Only a service has a port that a probe could take for granted. */
function checkProbePorts(
  path: readonly string[],
  own: Pick<SidecarConfig, 'startup_probe' | 'liveness_probe'>,
  port: number | undefined,
  draft: Draft,
): void {
  for (const name of ['startup_probe', 'liveness_probe'] as const) {
    const probe = own[name];
    if (probe === undefined || probe.port !== undefined || port !== undefined) continue;
    draft.findings.error({
      code: 'PROBE_NEEDS_PORT',
      at: whereKey(draft, ...path, name),
      message: 'the container has no port of its own that could be checked',
      fix: 'add port: with the one that the container listens on',
    });
  }
}

function containersOf(
  key: string,
  part: Part,
  service: ServiceConfig,
  beside: readonly (readonly [string, SidecarConfig])[],
): ReadonlyMap<string, Starting> {
  const path = ['services', key, part];
  // A service has a startup probe whether or not the file says so; a pool has the one of the file alone.
  const served = part === 'app' || service.worker?.runtime === 'service';
  return new Map([
    [
      main,
      {
        path,
        dependsOn: service[part]?.depends_on ?? [],
        hasStartupProbe: served || service.worker?.startup_probe !== undefined,
      },
    ],
    ...beside.map(([name, sidecar]): [string, Starting] => [
      name,
      {
        path: ['services', key, 'sidecars', name],
        dependsOn: sidecar.depends_on,
        hasStartupProbe: sidecar.startup_probe !== undefined,
      },
    ]),
  ]);
}

/** https://cloud.google.com/run/docs/configuring/services/containers#container-ordering */
function checkStart(containers: ReadonlyMap<string, Starting>, draft: Draft): void {
  for (const [name, { path, dependsOn }] of containers) {
    for (const [index, other] of dependsOn.entries()) {
      const at = where(draft, ...path, 'depends_on', index);
      const found = containers.get(other);
      if (found === undefined) {
        const names = [...containers.keys()].filter((candidate) => candidate !== name);
        draft.findings.error({
          code: 'UNKNOWN_CONTAINER',
          at,
          message: `there is no container "${other}" beside ${name}`,
          fix: suggestion(other, names, 'name a key under sidecars:, or remove it'),
        });
      } else if (!found.hasStartupProbe) {
        draft.findings.error({
          code: 'DEPENDS_ON_UNPROBED',
          at,
          message: `nothing says when ${other} has started, so ${name} cannot wait for it`,
          fix: `add a startup_probe to ${found.path.join('.')}`,
        });
      }
    }
  }
  const circle = circleOf(containers);
  if (circle === undefined) return;
  const path = containers.get(circle[0] ?? '')?.path ?? [];
  draft.findings.error({
    code: 'DEPENDS_ON_CIRCLE',
    at: where(draft, ...path, 'depends_on'),
    message: `each would wait for the next: ${circle.join(' → ')}`,
    fix: 'remove one of these names from its depends_on',
  });
}

/** The names along the first circle, its first name at the end again. */
function circleOf(containers: ReadonlyMap<string, Starting>): readonly string[] | undefined {
  const done = new Set<string>();
  const follow = (name: string, path: readonly string[]): readonly string[] | undefined => {
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name];
    if (done.has(name)) return undefined;
    for (const other of containers.get(name)?.dependsOn ?? []) {
      const circle = follow(other, [...path, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of containers.keys()) {
    const circle = follow(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
