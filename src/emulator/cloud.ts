import type { Clock } from '../lib/clock.ts';
import { Consistency, type ConsistencyMode } from './consistency.ts';
import type { Faults } from './faults.ts';
import { allows, require as requirePermission } from './iam/access.ts';
import type { LatencyProfile } from './latency.ts';
import { Operations } from './operations.ts';
import { type Api, type Cloud, type PostgresHost, type Project, Refusal } from './service.ts';
import type { State } from './state.ts';

export interface EmulatedCloud extends Cloud {
  readonly state: State;
  readonly operations: Operations;
}

/** Joins state, clock, operations and access into what the handlers of the APIs see. */
export function createCloud(options: {
  clock: Clock;
  state: State;
  latency: LatencyProfile;
  consistency: ConsistencyMode;
  faults: Faults;
  apis: readonly Api[];
  /** Asked for when a handler first needs a database. */
  postgres: () => PostgresHost | undefined;
}): EmulatedCloud {
  const { clock, state } = options;
  const operations = new Operations({
    table: state.table('operations'),
    clock,
    profile: options.latency,
    apis: options.apis,
    newId: () => state.hex(24, 'operation'),
    faultOf: (operation) => options.faults.strikeOperation(operation),
  });
  const consistency = new Consistency({
    mode: options.consistency,
    latency: options.latency,
    seed: state.seed,
    clock,
    pending: () => state.table('consistency.pending'),
  });
  const cloud: EmulatedCloud = {
    clock,
    state,
    operations,
    blobs: state.blobs,
    get postgres() {
      return options.postgres();
    },
    table: (name) => state.table(name),
    next: (counter) => state.next(counter),
    hex: (length, counter) => state.hex(length, counter),
    etag: () => state.etag(),
    timestamp: () => new Date(clock.now()).toISOString(),
    project: (idOrNumber) => findProject(cloud, idOrNumber),
    allows: (principal, permission, resource) => allows(cloud, principal, permission, resource),
    require: (principal, permission, resource) => requirePermission(cloud, principal, permission, resource),
    lag: (kind, key) => consistency.lag(kind, key),
    spread: (kind, key) => consistency.spread(kind, key),
    arrived: (kind, key) => consistency.arrived(kind, key),
    start: (operation) => operations.start(operation, cloud),
    operation: (id) => operations.find(id, cloud),
    settleDue: () => operations.settleDue(cloud),
    keepSecret: (value) => state.keepSecret(value),
  };
  return cloud;
}

function findProject(cloud: Cloud, idOrNumber: string): Project {
  const projects = cloud.table<Project>('projects');
  const byId = projects.get(idOrNumber);
  if (byId !== undefined) return byId;
  for (const project of projects.values()) if (project.number === idOrNumber) return project;
  // Google does not tell whether a project is missing or not visible.
  throw new Refusal(403, 'PERMISSION_DENIED', `Permission denied on resource project ${idOrNumber}.`, {
    reason: 'CONSUMER_INVALID',
    metadata: { consumer: `projects/${idOrNumber}` },
  });
}
