import { Refusal } from '../service.ts';

interface Violation {
  readonly field: string;
  readonly description: string;
}

/** Collects what is wrong with a Knative object, so that one refusal names all of it, as Google's does. */
export class Problems {
  readonly #violations: Violation[] = [];

  /** `field` is the path in the Knative object, with snake_case names: `spec.template.spec.containers[0].image`. */
  add(field: string, description: string): void {
    this.#violations.push({ field, description });
  }

  throwIfAny(): void {
    if (this.#violations.length > 0) throw refusal(this.#violations);
  }
}

function refusal(fieldViolations: readonly Violation[]): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', 'The request has errors', {
    details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }],
  });
}

/** Where a field of the v2 API stands in the Knative object, the longest path first. */
const places: readonly (readonly [RegExp, string])[] = [
  [/^template\.template\.(containers|volumes)/, 'spec.template.spec.template.spec.$1'],
  [/^template\.template\.max_retries/, 'spec.template.spec.template.spec.max_retries'],
  [/^template\.template\.timeout/, 'spec.template.spec.template.spec.timeout_seconds'],
  [
    /^template\.(?:template\.)?vpc_access\.network_interfaces/,
    'spec.template.metadata.annotations[run.googleapis.com/network-interfaces]',
  ],
  [
    /^template\.(?:template\.)?vpc_access/,
    'spec.template.metadata.annotations[run.googleapis.com/vpc-access-connector]',
  ],
  [
    /^template\.(?:template\.)?node_selector\.accelerator/,
    'spec.template.spec.node_selector[run.googleapis.com/accelerator]',
  ],
  [/^template\.(task_count|parallelism)/, 'spec.template.spec.$1'],
  [/^template\.revision/, 'spec.template.metadata.name'],
  [/^template\.(labels|annotations)/, 'spec.template.metadata.$1'],
  [/^template\.scaling/, 'spec.template.metadata.annotations[autoscaling.knative.dev/maxScale]'],
  [/^template\.timeout/, 'spec.template.spec.timeout_seconds'],
  [/^template\.max_instance_request_concurrency/, 'spec.template.spec.container_concurrency'],
  [/^template\.(containers|volumes)/, 'spec.template.spec.$1'],
  [/^(labels|annotations)/, 'metadata.$1'],
  [/^scaling/, 'metadata.annotations[run.googleapis.com/maxScale]'],
  [/^(traffic|instance_splits)/, 'spec.$1'],
];

/** A refusal of the v2 API's checks as the v1 API words it; anything else as it is. */
export function asV1Refusal(problem: unknown): unknown {
  if (!(problem instanceof Refusal) || problem.status !== 'INVALID_ARGUMENT') return problem;
  const [, path = '', rest = ''] = /^([a-z_]+(?:[.[][\w.[\]]*[\w\]])?)(.*)$/s.exec(problem.message) ?? [];
  for (const [place, replacement] of places) {
    if (!place.test(path)) continue;
    const field = path.replace(place, replacement).replace('value_source', 'value_from');
    return refusal([{ field, description: rest.replace(/^:?\s+/, '') }]);
  }
  return problem;
}
