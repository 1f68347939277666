import { createHash } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { LatencyProfile } from './latency.ts';
import type { Spread, Table } from './service.ts';

export type ConsistencyMode = 'strong' | 'eventual';

/**
 * How long, in milliseconds, it typically takes until others see a change. Grants: Google documents two minutes as
 * usual and seven or more as possible, and public logs show seconds. Policies read back: that Google's reads are
 * eventually consistent is documented, the figure is ours. The others are from public logs.
 */
export const typicalLags: Readonly<Record<Spread, number>> = {
  'serviceAccount.read': 2000,
  'serviceAccount.use': 8000,
  grant: 20_000,
  policy: 2000,
  api: 30_000,
  list: 5000,
  latest: 5000,
};

/** Under `--latency zero` a delay is there and short: a client that does not wait must still notice. */
export const shortened = 0.05;

/**
 * Who sees a change when. A delay is between half and one and a half times the typical one, and follows from the seed
 * and from what is changed alone, so that it does not depend on the order in which requests arrive.
 */
export class Consistency {
  readonly #mode: ConsistencyMode;
  readonly #factor: number;
  readonly #seed: string;
  readonly #clock: Clock;
  /** Time from which the change is seen, by kind and key; part of the state. */
  readonly #pending: () => Table<number>;

  constructor(options: {
    mode: ConsistencyMode;
    latency: LatencyProfile;
    seed: string;
    clock: Clock;
    pending: () => Table<number>;
  }) {
    this.#mode = options.mode;
    this.#factor = options.latency === 'zero' ? shortened : 1;
    this.#seed = options.seed;
    this.#clock = options.clock;
    this.#pending = options.pending;
  }

  /** Milliseconds until a change of that kind is seen; 0 under strong consistency. */
  lag(kind: Spread, key: string): number {
    if (this.#mode === 'strong') return 0;
    const digest = createHash('sha256').update(`${this.#seed}/${kind}/${key}`).digest();
    return typicalLags[kind] * this.#factor * (0.5 + digest.readUInt32BE(0) / 2 ** 32);
  }

  spread(kind: Spread, key: string): void {
    const lag = this.lag(kind, key);
    if (lag > 0) this.#pending().set(`${kind} ${key}`, this.#clock.now() + lag);
  }

  arrived(kind: Spread, key: string): boolean {
    const pending = this.#pending();
    const at = pending.get(`${kind} ${key}`);
    if (at === undefined) return true;
    if (this.#clock.now() < at) return false;
    pending.delete(`${kind} ${key}`);
    return true;
  }
}
