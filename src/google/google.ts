import type { Clock } from '../lib/clock.ts';
import type { Transport } from './transport.ts';

/** What the file of each API works with. */
export interface Google {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}
