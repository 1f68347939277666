import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { FederatedAttributes } from './iam/access.ts';

export interface AccessToken {
  readonly principal: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly federated?: FederatedAttributes;
}

/**
 * The access tokens in circulation. They live on the system's clock and not on the cloud's, which a rehearsal may run
 * faster: the clients that hold them compare their expiry with real time. They are not part of a snapshot.
 */
export class Tokens {
  readonly #clock: Clock;
  readonly #keepSecret: (value: string) => void;
  readonly #issued = new Map<string, AccessToken>();

  constructor(clock: Clock, keepSecret: (value: string) => void) {
    this.#clock = clock;
    this.#keepSecret = keepSecret;
  }

  now(): number {
    return this.#clock.now();
  }

  /** `lifetime` in seconds; for ever when it is left out. */
  issue(token: { principal: string; federated?: FederatedAttributes; lifetime?: number }): string {
    const text = `ya29.${randomBytes(32).toString('base64url')}`;
    this.#keepSecret(text);
    this.#issued.set(text, {
      principal: token.principal,
      expiresAt: token.lifetime === undefined ? Number.POSITIVE_INFINITY : this.now() + token.lifetime * 1000,
      ...(token.federated === undefined ? {} : { federated: token.federated }),
    });
    return text;
  }

  /** The token's holder, `expired`, or `undefined` for a token that was never issued. */
  find(text: string): AccessToken | 'expired' | undefined {
    const token = this.#issued.get(text);
    if (token === undefined) return undefined;
    return token.expiresAt <= this.now() ? 'expired' : token;
  }
}
