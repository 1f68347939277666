import { createHash } from 'node:crypto';
import { KnownSecrets } from './known-secrets.ts';
import type { Table } from './service.ts';

/** The whole state as plain JSON. */
export interface StateSnapshot {
  readonly version: 1;
  readonly seed: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
  /** Size and digest of each blob; the content, as base64, only where it was asked for. */
  readonly blobs: Readonly<Record<string, { size: number; sha256: string; base64?: string }>>;
}

export interface SnapshotOptions {
  /** Show secret values instead of their digests. */
  readonly secrets?: boolean;
  /** Include the content of files, so that the snapshot can be restored completely. */
  readonly blobs?: boolean;
}

/** Fields whose values are secret wherever they stand: in a request, a journal entry or a table. */
export const secretFields: ReadonlySet<string> = new Set([
  'data',
  'password',
  'rootPassword',
  'authString',
  'accessToken',
  'access_token',
  'subjectToken',
  'subject_token',
  'token',
  'privateKey',
  'privateKeyData',
]);

/** Access tokens and JSON Web Tokens are recognized by their form; there are too many of them to search for each. */
const tokenForm = /ya29\.[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

export class State {
  readonly seed: string;
  readonly blobs = new Map<string, Uint8Array>();
  readonly #tables = new Map<string, Map<string, unknown>>();
  readonly #counters = new Map<string, number>();
  readonly #secrets = new KnownSecrets();
  readonly #tokens = new Set<string>();

  constructor(seed: string) {
    this.seed = seed;
  }

  table<T>(name: string): Table<T> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(name, table);
    }
    // The names of tables are unique per kind of value, so each is only ever asked for with one type.
    return table as Map<string, T>;
  }

  next(counter: string): number {
    const value = (this.#counters.get(counter) ?? 0) + 1;
    this.#counters.set(counter, value);
    return value;
  }

  hex(length: number, counter: string): string {
    const turn = this.next(`hex.${counter}`);
    let text = '';
    for (let block = 0; text.length < length; block += 1) {
      text += sha256(`${this.seed}/${counter}/${turn}/${block}`);
    }
    return text.slice(0, length);
  }

  etag(): string {
    return Buffer.from(this.hex(16, 'etag'), 'hex').toString('base64');
  }

  keepSecret(value: string): void {
    if (value === '') return;
    const isToken = value.replace(tokenForm, '') === '';
    (isToken ? this.#tokens : this.#secrets).add(value);
  }

  /** Every secret value that was ever held, also those whose owner is deleted by now. */
  secretValues(): string[] {
    for (const table of this.#tables.values()) {
      for (const value of table.values())
        collectSecrets(value, undefined, (secret) => this.keepSecret(secret));
    }
    return [...this.#secrets.values(), ...this.#tokens];
  }

  /** A copy fit for a journal: no value of a secret field and no known secret anywhere in it. */
  withoutSecrets(value: unknown): unknown {
    return this.#redacted(value, () => '***');
  }

  snapshot(options: SnapshotOptions = {}): StateSnapshot {
    const hide = options.secrets === true ? (value: unknown) => value : this.#redaction();
    return {
      version: 1,
      seed: this.seed,
      counters: Object.fromEntries(this.#counters),
      tables: Object.fromEntries(
        [...this.#tables].map(([name, rows]) => [
          name,
          [...rows].map(([key, value]) => [key, hide(structuredClone(value))] as const),
        ]),
      ),
      blobs: Object.fromEntries(
        [...this.blobs].map(([key, bytes]) => [
          key,
          {
            size: bytes.byteLength,
            sha256: createHash('sha256').update(bytes).digest('hex'),
            ...(options.blobs === true ? { base64: Buffer.from(bytes).toString('base64') } : {}),
          },
        ]),
      ),
    };
  }

  /** The whole state with digests in place of secrets, and what the digests stand for; tokens end with the emulator. */
  sealed(): { snapshot: StateSnapshot; secrets: Record<string, string> } {
    const snapshot = this.snapshot({ blobs: true });
    const secrets: Record<string, string> = {};
    for (const secret of this.#secrets.values()) secrets[digest(secret)] = secret;
    return { snapshot, secrets };
  }

  /** Replaces everything by the snapshot; `secrets` says what its digests stand for, as `sealed` gave it. */
  restore(snapshot: StateSnapshot, secrets: Readonly<Record<string, string>> = {}): void {
    const opened = (value: unknown): unknown =>
      mapStrings(value, undefined, (text) =>
        text.includes('sha256:')
          ? text.replace(/sha256:[0-9a-f]{64}/g, (found) => secrets[found] ?? found)
          : text,
      );
    for (const secret of Object.values(secrets)) this.keepSecret(secret);
    this.#tables.clear();
    this.#counters.clear();
    this.blobs.clear();
    for (const [counter, value] of Object.entries(snapshot.counters)) this.#counters.set(counter, value);
    for (const [name, rows] of Object.entries(snapshot.tables)) {
      this.#tables.set(name, new Map(rows.map(([key, value]) => [key, opened(structuredClone(value))])));
    }
    for (const [key, blob] of Object.entries(snapshot.blobs)) {
      if (blob.base64 !== undefined) this.blobs.set(key, Buffer.from(blob.base64, 'base64'));
    }
  }

  #redaction(): (value: unknown) => unknown {
    this.secretValues();
    return (value) => this.#redacted(value, digest);
  }

  #redacted(value: unknown, hide: (secret: string) => string): unknown {
    return mapStrings(value, undefined, (text, field) => {
      if (field !== undefined && secretFields.has(field)) return hide(text);
      return this.#secrets.hideIn(text.replace(tokenForm, hide), hide);
    });
  }
}

/** Calls `keep` with every value of a secret field; of base64 payloads with the decoded text too. */
export function collectSecrets(
  value: unknown,
  field: string | undefined,
  keep: (secret: string) => void,
): void {
  if (typeof value === 'string') {
    if (field === undefined || !secretFields.has(field) || value.startsWith('sha256:')) return;
    keep(value);
    if (field === 'data') keep(Buffer.from(value, 'base64').toString('utf8'));
  } else if (Array.isArray(value)) {
    for (const item of value) collectSecrets(item, field, keep);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) collectSecrets(item, name, keep);
  }
}

function mapStrings(
  value: unknown,
  field: string | undefined,
  change: (text: string, field: string | undefined) => string,
): unknown {
  if (typeof value === 'string') return change(value, field);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, field, change));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, mapStrings(item, name, change)]),
    );
  }
  return value;
}

function digest(text: string): string {
  return text.startsWith('sha256:') ? text : `sha256:${sha256(text)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
