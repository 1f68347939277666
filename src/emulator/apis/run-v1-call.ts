import { type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { partsOf } from './run-resource.ts';
import { asV1Refusal } from './run-v1-problems.ts';

/** Where things are made when neither host nor object says; and where they are looked for when they are nowhere. */
const defaultRegion = 'us-central1';

/**
 * The region that the host names. The v1 API has it nowhere else: on a plain port, where every host is the same, the
 * emulator takes a thing's own region if there is only one of the name.
 */
export function regionOf(call: Call): string | undefined {
  return /^([a-z]+-[a-z]+\d+)-run\.googleapis\.com$/.exec(call.host)?.[1];
}

/** The region of the thing of that id, among the full names of all such things. */
export function locate(call: Call, cloud: Cloud, names: Iterable<string>, id: string): string {
  const region = regionOf(call);
  if (region !== undefined) return region;
  const project = cloud.project(call.params.project ?? '').id;
  const found = new Set<string>();
  for (const name of names) {
    if (!name.endsWith(`/${id}`)) continue;
    const parts = partsOf(name);
    if (parts.project === project) found.add(parts.location);
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : defaultRegion;
}

/** The region for a new object, which may carry it as a label. */
export function regionForNew(call: Call, labels: Readonly<Record<string, string>> = {}): string {
  return regionOf(call) ?? labels['cloud.googleapis.com/location'] ?? defaultRegion;
}

/** The call as the v2 API would get it. */
export function asV2(
  call: Call,
  cloud: Cloud,
  wanted: {
    readonly location: string;
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  },
): Call {
  return {
    ...call,
    params: {
      ...call.params,
      ...wanted.params,
      project: cloud.project(call.params.project ?? '').id,
      location: wanted.location,
    },
    query: new URLSearchParams(wanted.query),
    body: wanted.body,
  };
}

/** The query of a write that is only tried out. Throws a 400 for a `dryRun` that Kubernetes does not know. */
export function dryRunOf(call: Call): Record<string, string> {
  const wanted = call.query.get('dryRun') ?? '';
  if (wanted === '') return {};
  if (wanted === 'all' || wanted === 'All') return { validateOnly: 'true' };
  throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid value for dryRun: "${wanted}"; it must be "all".`);
}

/** Words the refusals of the v2 API's checks as the v1 API does. */
export async function inV1(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (problem) {
    throw asV1Refusal(problem);
  }
}

/** What a DELETE answers. */
export function deleted(group: string, kind: string, name: string, uid: string): Reply {
  return {
    status: 200,
    body: {
      apiVersion: 'v1',
      kind: 'Status',
      metadata: {},
      status: 'Success',
      details: { group, kind, name, uid },
    },
  };
}
