import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { GitHubTokens } from './github/tokens.ts';
import { Tokens } from './tokens.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What a job of GitHub Actions says about itself; `sub` and the times are added when a token is asked for. */
export interface JobClaims {
  readonly repository: string;
  readonly repository_owner?: string;
  readonly ref?: string;
  readonly environment?: string;
  readonly event_name?: string;
  readonly [claim: string]: unknown;
}

/** Signs JSON Web Tokens and shows the public half of its key. */
export class SigningKey {
  readonly keyId: string;
  #pair: { privateKey: KeyObject; publicKey: KeyObject } | undefined;

  constructor(keyId: string) {
    this.keyId = keyId;
  }

  // Making a key takes up to 200 ms, so it waits until somebody signs.
  #keys(): { privateKey: KeyObject; publicKey: KeyObject } {
    this.#pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#pair;
  }

  get publicKey(): KeyObject {
    return this.#keys().publicKey;
  }

  jwk(): Record<string, unknown> {
    return { ...this.publicKey.export({ format: 'jwk' }), kid: this.keyId, use: 'sig', alg: 'RS256' };
  }

  sign(bytes: Uint8Array): Buffer {
    return createSign('RSA-SHA256').update(bytes).sign(this.#keys().privateKey);
  }

  jwt(claims: Claims): string {
    const header = { alg: 'RS256', typ: 'JWT', kid: this.keyId };
    const head = `${encode(header)}.${encode(claims)}`;
    return `${head}.${this.sign(Buffer.from(head)).toString('base64url')}`;
  }
}

/** Everything that proves who somebody is: Google's tokens, GitHub's tokens and both signing keys. */
export class Identity {
  readonly tokens: Tokens;
  /** Given by Artifact Registry's token endpoint, and good for the Docker protocol alone. */
  readonly registryTokens: Tokens;
  readonly githubTokens: GitHubTokens;
  readonly github = new SigningKey('emulated-github-1');
  readonly google = new SigningKey('emulated-google-1');
  readonly #jobs = new Map<string, JobClaims>();
  readonly #keepSecret: (value: string) => void;

  constructor(clock: Clock, keepSecret: (value: string) => void) {
    this.tokens = new Tokens(clock, keepSecret);
    this.registryTokens = new Tokens(clock, keepSecret);
    this.githubTokens = new GitHubTokens(keepSecret);
    this.#keepSecret = keepSecret;
  }

  /** Seconds since the epoch, as JSON Web Tokens count. */
  seconds(): number {
    return Math.floor(this.tokens.now() / 1000);
  }

  keepSecret(value: string): void {
    this.#keepSecret(value);
  }

  /** The value of ACTIONS_ID_TOKEN_REQUEST_TOKEN for a job with these claims. */
  issueRequestToken(claims: JobClaims): string {
    const token = this.github.jwt({
      scp: `Actions.GenerateIdToken:${this.#jobs.size + 1}`,
      iat: this.seconds(),
    });
    this.#keepSecret(token);
    this.#jobs.set(token, claims);
    return token;
  }

  job(requestToken: string): JobClaims | undefined {
    return this.#jobs.get(requestToken);
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
