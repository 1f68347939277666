import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Emulator } from '../../src/emulator/emulator.ts';

/** Stands between a process and the emulator, counts what passes, and calls out at one request. */
export interface Gate extends AsyncDisposable {
  /** Requests so far. */
  readonly count: number;
  /** The emulator's variables, pointing here. */
  readonly environment: Record<string, string>;
  /** Resolves when what passed has been answered by the emulator. */
  idle(): Promise<void>;
}

/** The request at which `call` is called, before it reaches the emulator or after its effect there. */
export interface Struck {
  /** Counting from 1, of those with the method. */
  readonly nth: number;
  /** Any, if it is left out. */
  readonly method?: string;
  readonly effect: 'before' | 'after';
  readonly call: () => void;
}

export async function gateBefore(emulator: Emulator, at?: Struck): Promise<Gate> {
  let count = 0;
  let fitting = 0;
  const passing = new Set<Promise<void>>();
  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    count++;
    const isFitting = at !== undefined && (at.method ?? incoming.method) === incoming.method;
    if (isFitting) fitting++;
    const isStruck = isFitting && fitting === at.nth;
    const body = await buffer(incoming);
    if (isStruck && at.effect === 'before') {
      at.call();
      return void response.destroy();
    }
    const answer = await forward(emulator.url, incoming, body);
    if (isStruck) {
      at.call();
      return void response.destroy();
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((incoming, response) => {
    // Whoever was killed cuts what is under way here; that is no error of the gate.
    const passed = pass(incoming, response).catch(() => void response.destroy());
    passing.add(passed);
    void passed.finally(() => passing.delete(passed));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const variables = { ...emulator.environment(), ACTIONS_ID_TOKEN_REQUEST_URL: emulator.github.oidcUrl };
  return {
    get count() {
      return count;
    },
    environment: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replace(emulator.url, url)]),
    ),
    idle: async () => {
      while (passing.size > 0) await Promise.all(passing);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

function forward(
  origin: string,
  { url = '/', method, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  return new Promise((done, failed) => {
    const outgoing = request(new URL(url, origin), { method, headers }, (answer) => {
      buffer(answer).then(
        (content) => done({ status: answer.statusCode ?? 502, headers: answer.headers, body: content }),
        failed,
      );
    });
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
