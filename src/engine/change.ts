/** A value as plans show it. Secrets never get here: their versions are compared by checksum. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Stands in a plan for what only the apply can tell, such as the address of a Redis instance to be created. */
export const knownAfterApply = '(known after apply)';

export interface FieldChange {
  /** Dotted path, for example `settings.tier`. */
  readonly field: string;
  /** Absent when there was nothing. */
  readonly before?: Plain;
  readonly after?: Plain;
}

/** One difference between what is wanted and what is there: what the plan shows and exactly what the apply does. */
export interface Change {
  readonly address: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete';
  readonly fields: readonly FieldChange[];
  /** What in deploy.yaml asks for it. */
  readonly because: string;
  /** Loses data or identity: never applied unless it was asked for in so many words. */
  readonly destructive: boolean;
  /** The file asked for the same when the resource was last applied: somebody changed it by hand since. */
  readonly outside?: boolean;
}

/** What is there, is not asked for, and stays: a plan says so, and an apply leaves it alone. */
export interface Leftover {
  readonly address: string;
  /** `ours`: this deployment made it; `foreign`: nothing says so, and it is never touched. */
  readonly whose: 'ours' | 'foreign';
  readonly because: string;
  /** What a person can do about it. */
  readonly next: string;
}

export function create(address: string, because: string, fields: readonly FieldChange[] = []): Change {
  return { address, action: 'create', fields, because, destructive: false };
}

/** An update of these fields, or nothing when there are none. */
export function update(address: string, because: string, fields: readonly FieldChange[]): Change[] {
  return fields.length === 0 ? [] : [{ address, action: 'update', fields, because, destructive: false }];
}

/** What is there and has to go. The fields say what goes with it. */
export function remove(address: string, because: string, fields: readonly FieldChange[] = []): Change {
  return { address, action: 'delete', fields, because, destructive: true };
}

/** A difference that the API can only make by deleting and creating anew. */
export function replace(address: string, because: string, fields: readonly FieldChange[]): Change[] {
  return fields.length === 0 ? [] : [{ address, action: 'replace', fields, because, destructive: true }];
}
