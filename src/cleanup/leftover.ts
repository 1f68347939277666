import type { FieldChange } from '../engine/change.ts';
import type { Mark } from '../resources/mark.ts';

/** The kinds of things that a deployment leaves in the cloud. */
export type Kind =
  | 'alert_policy'
  | 'uptime_check'
  | 'notification_channel'
  | 'budget'
  | 'run_service'
  | 'worker_pool'
  | 'job'
  | 'secret'
  | 'bucket'
  | 'policy'
  | 'service_account'
  | 'sql_database'
  | 'sql_user'
  | 'sql_instance'
  | 'redis'
  | 'repository'
  | 'dns_zone'
  | 'router'
  | 'peering'
  | 'address_range'
  | 'subnet'
  | 'network'
  | 'claim';

/** Something of ours that may have to go. */
export interface Leftover {
  readonly kind: Kind;
  /** Unique, as plans and reports name it: `kind/name`. */
  readonly address: string;
  readonly name: string;
  readonly mark: Mark;
  /** Of a policy only members go; everything else goes whole. */
  readonly action: 'delete' | 'update';
  /** What goes with it, for the plan. */
  readonly fields: readonly FieldChange[];
  /** Its labels, where its kind has them. */
  readonly labels: Readonly<Record<string, string | undefined>>;
  /** A read of its own, past what a list told. */
  isThere(): Promise<boolean>;
  /** One deletion, waited for; that it is gone already is as good. */
  remove(): Promise<void>;
}

const workloads: readonly Kind[] = ['run_service', 'worker_pool', 'job'];

/**
 * What must be gone before. Alerts go before what they watch, or they cry; users before what they use; and what Google
 * itself refuses to delete while it is used comes last.
 */
const after: Readonly<Record<Exclude<Kind, 'claim'>, readonly Kind[]>> = {
  alert_policy: [],
  budget: [],
  uptime_check: ['alert_policy'],
  notification_channel: ['alert_policy', 'budget'],
  run_service: ['alert_policy', 'uptime_check'],
  worker_pool: ['alert_policy'],
  job: [],
  secret: workloads,
  bucket: workloads,
  policy: workloads,
  // While the account is there its members can be told from others': Google renames those of a deleted one.
  service_account: [...workloads, 'policy'],
  sql_database: workloads,
  sql_user: [...workloads, 'sql_database'],
  sql_instance: [...workloads, 'sql_user'],
  redis: workloads,
  repository: workloads,
  dns_zone: workloads,
  router: workloads,
  peering: ['sql_instance', 'redis'],
  address_range: ['peering'],
  subnet: workloads,
  network: ['subnet', 'router', 'dns_zone', 'address_range', 'peering'],
};

/** Whether `first` has to be gone before `then` is touched. Environments do not wait for each other. */
export function goesBefore(first: Leftover, then: Leftover): boolean {
  if (first.mark.environment !== then.mark.environment || first === then) return false;
  return then.kind === 'claim' ? first.kind !== 'claim' : after[then.kind].includes(first.kind);
}
