import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

export interface JournalEntry {
  /** Counts from 1 in the order of arrival. */
  readonly n: number;
  /** RFC 3339, of the emulator's clock. */
  readonly time: string;
  /** The API's name; empty when no route was found. */
  readonly api: string;
  /** Google's method id. */
  readonly id: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Without tokens. */
  readonly query: string;
  readonly principal: string | undefined;
  /** What the caller says it is (`User-Agent`). */
  readonly client?: string;
  /** 0 when the connection was cut instead. */
  readonly status: number;
  readonly milliseconds: number;
  /** Whether the call changed the state: neither a read nor a refused write. */
  readonly write: boolean;
  /** The JSON body with the values of secret fields replaced by `***`. */
  readonly body?: unknown;
  /** Paths of output-only fields that the caller sent and Google leaves unread: `service.uid`, `updateMask: uid`. */
  readonly ignored?: readonly string[];
  /** Google's message, when the call was refused. */
  readonly error?: string;
  /** What a fault script did to the call. */
  readonly fault?: string;
}

const readingVerbs =
  /:(getIamPolicy|testIamPermissions|wait|generateAccessToken|generateIdToken|signBlob|signJwt|generateEphemeralCert)$/;

/** Whether the call changed something that a second observation would see; what was refused did not. */
export function isWrite(method: string, path: string, query: URLSearchParams, status: number): boolean {
  if (method === 'GET' || status >= 400 || query.get('validateOnly') === 'true') return false;
  if (readingVerbs.test(path)) return false;
  if (path.startsWith('/_github/oidc') || path === '/v1/token' || path === '/v2/entries:list') return false;
  return !/\/operations\/[^/]+\/wait$/.test(path);
}

/** Every request, in memory and, if asked for, line by line in a file. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  readonly #file: WriteStream | undefined;
  #failure: Error | undefined;

  constructor(file: string | undefined) {
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    this.#file = createWriteStream(file, { flags: 'a' });
    this.#file.on('error', (error) => {
      this.#failure = error;
    });
  }

  add(entry: JournalEntry): void {
    this.entries.push(entry);
    this.#file?.write(`${JSON.stringify(entry)}\n`);
  }

  /** Rejects when the file could not be written. */
  async close(): Promise<void> {
    const file = this.#file;
    if (file !== undefined && !file.destroyed)
      await new Promise<void>((resolve) => file.end(() => resolve()));
    if (this.#failure !== undefined) throw this.#failure;
  }
}
