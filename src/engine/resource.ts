import type { Change, Leftover } from './change.ts';

/**
 * One thing of the estate, in the shape that all kinds share: observe → diff → apply → observe again. There is no
 * branch on "first time": what is absent is one more thing that `diff` sees.
 */
export interface Resource<Have = unknown> {
  /** Unique in the estate: `kind/name`. */
  readonly address: string;
  /** Addresses that must be as wanted before this one is touched. Addresses that are not in the estate do not count. */
  readonly dependsOn: readonly string[];
  /** What a person can do when its changes succeed and do not stay; general advice without it. */
  readonly remedy?: string;
  /** What is there, `undefined` when nothing is. `fresh` asks for a read of its own, past what a list already told. */
  observe(fresh: boolean): Promise<Have | undefined>;
  /** Pure. What has to change; empty when all is as wanted. */
  diff(have: Have | undefined): readonly Change[];
  /** What of it stays though nothing asks for it, for kinds that look for such things. */
  stays?(have: Have | undefined): readonly Leftover[];
  /** Makes the changes that `diff` gave for `have`. */
  apply(changes: readonly Change[], have: Have | undefined): Promise<void>;
}
