import { HttpClient } from '@actions/http-client';
import send, { FormData, Headers, Request, Response } from 'node-fetch';

/** One for each protocol, since the runner may name a proxy of its own for each. */
const clients = new Map<string, HttpClient>();

/**
 * `fetch` through the proxy that the runner names in `https_proxy`, `http_proxy` and `no_proxy`, as GitHub's own actions
 * go and Node's own `fetch` does not. Bodies are streams of Node in both directions.
 * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
export const fetchOfRunner = ((input, init) =>
  send(input, { agent: agentFor, ...init })) as typeof send as unknown as typeof fetch;

/**
 * Puts it in the place of Node's own, with its classes: google-auth-library loads node-fetch in any case, and the mere
 * mention of Node's own costs a process a fifth of what a small deployment takes.
 */
export function useFetchOfRunner(): void {
  Object.assign(globalThis, { fetch: fetchOfRunner, FormData, Headers, Request, Response });
}

/** Asked for every address, also for those that an answer redirects to. */
function agentFor({ protocol, href }: URL): ReturnType<HttpClient['getAgent']> {
  let client = clients.get(protocol);
  if (!client) {
    // Kept alive: without it every request would make a connection, and through a proxy a tunnel, of its own.
    client = new HttpClient(undefined, undefined, { keepAlive: true });
    clients.set(protocol, client);
  }
  return client.getAgent(href);
}
