import { enabledServices } from '../google/serviceusage.ts';
import type { Context } from '../resources/context.ts';
import type { Mark } from '../resources/mark.ts';
import type { Kind, Leftover } from './leftover.ts';

/** The project to look through. */
export interface Site {
  readonly context: Context;
  /** An API that is not enabled has nothing: whatever was made with it went when it was disabled. */
  readonly enabled: ReadonlySet<string>;
}

const apis = [
  'artifactregistry.googleapis.com',
  'billingbudgets.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'compute.googleapis.com',
  'dns.googleapis.com',
  'iam.googleapis.com',
  'monitoring.googleapis.com',
  'redis.googleapis.com',
  'run.googleapis.com',
  'secretmanager.googleapis.com',
  'servicenetworking.googleapis.com',
  'sqladmin.googleapis.com',
  'storage.googleapis.com',
];

/** Asks which APIs are enabled: also those that deploy.yaml uses no more, since what was made with them is still there. */
export async function openSite(context: Context): Promise<Site> {
  return { context, enabled: await enabledServices(context.google, context.deployment.project, apis) };
}

/** A listing that is empty while its API is not enabled. */
export async function listIn<T>(
  { enabled }: Site,
  api: string,
  read: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return enabled.has(`${api}.googleapis.com`) ? await read() : [];
}

/** Last part of a resource's full name. */
export function shortName(name: string | null | undefined): string {
  return name?.split('/').at(-1) ?? '';
}

interface Described {
  readonly kind: Kind;
  readonly name: string;
  readonly mark: Mark;
  readonly address?: string;
  readonly fields?: Leftover['fields'];
  readonly labels?: Leftover['labels'] | undefined;
  readonly isThere: () => Promise<boolean>;
  readonly remove: () => Promise<void>;
}

export function leftover(described: Described): Leftover {
  const { kind, name } = described;
  return {
    address: `${kind}/${name}`,
    action: 'delete',
    fields: [],
    ...described,
    labels: described.labels ?? {},
  };
}

/** Those of the items that carry a mark, as leftovers. */
export function marked<T>(
  items: readonly T[],
  markOf: (item: T) => Mark | undefined,
  describe: (item: T, mark: Mark) => Leftover,
): readonly Leftover[] {
  return items.flatMap((item) => {
    const mark = markOf(item);
    return mark ? [describe(item, mark)] : [];
  });
}

/** Whether a read of one thing finds it: 404 means that it is gone, and nothing else does. */
export async function answers(
  read: Promise<unknown>,
  isAbsent: (error: unknown) => boolean,
): Promise<boolean> {
  return await read.then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
}
