import type { Change, Leftover } from './change.ts';

/** What happens, as data: the sentences are the report's. Times are milliseconds since the epoch. */
export type EngineEvent =
  | { readonly kind: 'observed'; readonly at: number; readonly resources: number }
  | {
      readonly kind: 'planned';
      readonly at: number;
      readonly changes: readonly Change[];
      readonly left: readonly Leftover[];
    }
  | {
      readonly kind: 'started';
      readonly at: number;
      readonly address: string;
      readonly changes: readonly Change[];
    }
  | { readonly kind: 'applied'; readonly at: number; readonly address: string; readonly milliseconds: number }
  | { readonly kind: 'failed'; readonly at: number; readonly address: string; readonly error: unknown };

export type Emit = (event: EngineEvent) => void;

/** How one resource of the plan ended. */
export interface Outcome {
  readonly address: string;
  readonly state: 'unchanged' | 'applied' | 'failed' | 'not tried';
  readonly changes: readonly Change[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly error?: unknown;
}
