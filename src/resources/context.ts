import type { Deployment } from '../config/deployment.ts';
import type { Facts } from '../config/template.ts';
import type { Google } from '../google/google.ts';
import { enabledServices } from '../google/serviceusage.ts';

/** What the resources of one deployment work with. */
export interface Context {
  readonly google: Google;
  readonly deployment: Deployment;
  readonly projectNumber: string;
  /** Filled in by the resources that observe them, for those whose wishes rest on them. */
  readonly facts: { -readonly [Key in keyof Facts]: Facts[Key] };
  /** E-mail of the service account that deploys, if it can be told: it gets the right to act as the others. */
  readonly deployer: string | undefined;
  /** Values for `from_env` secrets, by the name of the variable. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** APIs that this run enabled; see TransportOptions.justEnabled. */
  readonly justEnabled: Set<string>;
  /** The checkout, which the paths of deploy.yaml start from; the working folder unless told. */
  readonly workspace?: string;
  /** Take away what is ours and no longer asked for. */
  readonly prune: boolean;
  /** Which of the deployment's APIs were enabled when the run began; and that of zones, which it may have used before. */
  readonly enabled: () => Promise<ReadonlySet<string>>;
}

/** Of the zone that internal calls may go by. */
export const zoneApi = 'dns.googleapis.com';

export function createContext(
  parts: Omit<Context, 'facts' | 'enabled' | 'prune'> & { prune?: boolean },
): Context {
  const { google, deployment, projectNumber } = parts;
  return {
    ...parts,
    prune: parts.prune ?? false,
    facts: { projectNumber },
    enabled: once(() =>
      enabledServices(google, deployment.project, [...new Set([...deployment.apis, zoneApi])]),
    ),
  };
}

/** Reads at the first call and remembers: every resource of a kind looks into one listing. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read();
    return answer;
  };
}

/** A listing that is empty while its API is not enabled: nothing can exist that was never made. */
export function listing<T>(context: Context, api: string, read: () => Promise<T[]>): () => Promise<T[]> {
  return once(async () => ((await context.enabled()).has(api) ? read() : []));
}

/** One for each context, made when it is first asked for: a listing that several kinds of resource look into. */
export function perContext<T, Site extends Partial<Context> = Context>(
  make: (context: Site) => T,
): (context: Site) => T {
  const made = new WeakMap<Site, T>();
  return (context) => {
    const known = made.get(context) ?? make(context);
    made.set(context, known);
    return known;
  };
}

/** One item by name: from the listing, or by a read of its own when that must be fresh. 404 means absent. */
export async function find<T>(
  fresh: boolean,
  list: () => Promise<readonly T[]>,
  matches: (item: T) => boolean,
  read: () => Promise<T>,
  isAbsent: (error: unknown) => boolean,
): Promise<T | undefined> {
  if (!fresh) return (await list()).find(matches);
  return await read().catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
}
