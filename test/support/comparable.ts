type Part = Readonly<Record<string, unknown>>;

/** A service or job in the Knative view. */
export interface Knative {
  readonly metadata: {
    readonly annotations?: Part;
    readonly labels?: Part;
  };
  readonly spec: {
    readonly template: { readonly spec: Part & { readonly template?: { readonly spec: Part } } };
  };
}

/** What says who deployed and when, and gcloud's way to make a revision whatever has changed. */
const ignored = new Set([
  'client.knative.dev/nonce',
  'run.googleapis.com/client-name',
  'run.googleapis.com/client-version',
  'run.googleapis.com/creator',
  'run.googleapis.com/lastModifier',
  'run.googleapis.com/lastUpdatedTime',
  'run.googleapis.com/operation-id',
  'run.googleapis.com/urls',
  'serving.knative.dev/creator',
  'serving.knative.dev/lastModifier',
]);

/** Lists of which the order says nothing. */
const sets = new Set(['items', 'traffic', 'volumeMounts', 'volumes']);

/**
 * What two ways to deploy have to have in common: all but who deployed, the revision's name, how secret volumes are
 * called, what is empty, and the secret volumes that gcloud leaves behind when nothing mounts them any more. `name` is
 * that of the service or job.
 */
export function comparable(found: Knative, name: string): unknown {
  const { template } = found.spec;
  const pod = template.spec.template?.spec ?? template.spec;
  const calledBy = mountPaths(pod);
  const list = (items: readonly unknown[], field: string): readonly unknown[] => {
    const kept = field === 'volumes' ? items.filter((one) => isKept(one as Volume, calledBy)) : items;
    const cleaned = kept.map((one) => clean(one));
    return sets.has(field)
      ? cleaned.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : cleaned;
  };
  const clean = (part: unknown, field = ''): unknown => {
    if (Array.isArray(part)) return list(part, field);
    if (typeof part === 'string') return calledBy.get(part) ?? part.replaceAll(name, 'NAME');
    if (typeof part !== 'object' || part === null) return part;
    const kept = Object.entries(part)
      .filter(
        ([key, value]) => !ignored.has(key) && !(field === 'metadata' && key === 'name' && value !== name),
      )
      .map(([key, value]) => [key, clean(value, key)] as const)
      .filter(([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0);
    return Object.fromEntries(kept);
  };
  const { annotations, labels } = found.metadata;
  return clean({ spec: found.spec, annotations, labels });
}

interface Volume {
  readonly name: string;
  readonly secret?: unknown;
}

function isKept({ name, secret }: Volume, mounted: ReadonlyMap<string, string>): boolean {
  return secret === undefined || mounted.has(name);
}

/** By name of the volume. */
function mountPaths(pod: Part): ReadonlyMap<string, string> {
  const mounts = listOf<Part>(pod, 'containers').flatMap((container) =>
    listOf<{ name: string; mountPath: string }>(container, 'volumeMounts'),
  );
  return new Map(mounts.map((mount) => [mount.name, `at ${mount.mountPath}`]));
}

function listOf<T>(part: Part, field: string): readonly T[] {
  return (part[field] ?? []) as readonly T[];
}
