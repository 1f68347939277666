import type { Identity } from '../identity.ts';
import type { Cloud, Reply } from '../service.ts';
import { type Address, findAddress, serviceTarget } from './address.ts';
import { takeAnswer } from './answers.ts';
import { originHeader, originOf } from './caller.ts';
import { containerReply } from './container.ts';
import { logLines } from './container-log.ts';
import { admits } from './ingress.ts';
import { checkInvoker, type InvokerVerdict } from './invoker.ts';
import {
  emulatorReply,
  forbiddenPage,
  notFoundPage,
  timeoutReply,
  unauthorizedPage,
  unavailablePage,
} from './pages.ts';
import { logRequest } from './request-log.ts';
import { recordRequest } from './requests.ts';
import { chooseRevision } from './routing.ts';
import type { ServingRevision } from './service-view.ts';

/** A request as the emulator's server read it. */
export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The host that it was sent to, if that is one of those that the emulator stands for. */
  readonly host: string | undefined;
}

/** A request to a service: its host name, however it was given, and what answers it. */
export interface ServiceCall {
  readonly host: string;
  readonly answer: () => Promise<Reply>;
}

/** Takes requests to services; nothing for a request that is for an API. */
export type Endpoints = (request: EndpointRequest) => ServiceCall | undefined;

/** A request on its way through the front end. */
interface Visit {
  readonly request: EndpointRequest;
  readonly host: string;
  readonly path: string;
  readonly started: number;
  readonly trace: { readonly id: string; readonly span: string };
}

export function serviceEndpoints(cloud: Cloud, identity: Identity): Endpoints {
  return (request) => {
    const target = serviceTarget(request.host, request.path);
    if (target === undefined) return undefined;
    return {
      host: target.host,
      answer: async () => {
        await cloud.settleDue();
        const visit: Visit = {
          ...target,
          request,
          started: cloud.clock.now(),
          trace: traceOf(cloud, request.headers),
        };
        const reply = await pass(cloud, identity, visit);
        const common = { server: 'Google Frontend', 'x-cloud-trace-context': traceHeader(visit) };
        return { ...reply, headers: { ...common, ...reply.headers } };
      },
    };
  };
}

/** In the order of Google's front end: address, ingress, invoker, revision. */
async function pass(cloud: Cloud, identity: Identity, visit: Visit): Promise<Reply> {
  const { request, host, path } = visit;
  const address = findAddress(cloud, host);
  if (address === undefined || address.service.defaultUriDisabled === true) return notFoundPage();
  const { service } = address;
  const origin = originOf(cloud, request.headers.get(originHeader), service.name);
  if (origin === undefined) {
    const name = request.headers.get(originHeader);
    return emulatorReply(
      400,
      `${originHeader}: there is no service, worker pool or job "${name}" in the project and region of the service that is called`,
    );
  }
  if (!admits(cloud, service, host, origin)) return notFoundPage();
  const verdict = checkInvoker(cloud, identity, service, request.headers);
  if (verdict !== 'allowed') return refused(cloud, visit, address, verdict);
  const choice = chooseRevision(cloud, address, request.headers);
  if (choice === 'unknown-tag') return notFoundPage();
  if (choice === 'not-ready') return unavailablePage();
  if (request.headers.get('upgrade') !== null) {
    return emulatorReply(
      501,
      `the containers of services do not run, so there is nothing to upgrade to ${request.headers.get('upgrade')} (${path})`,
    );
  }
  const reply = await serve(cloud, visit, choice.revision);
  return choice.cookie === undefined
    ? reply
    : { ...reply, headers: { ...reply.headers, 'set-cookie': choice.cookie } };
}

async function serve(cloud: Cloud, visit: Visit, revision: ServingRevision): Promise<Reply> {
  const { request, path } = visit;
  const method = request.method;
  const answer = takeAnswer(cloud, revision, { method, path });
  const limit = Number.parseFloat(revision.template.timeout ?? '300s') * 1000;
  const delay = answer?.delay ?? 0;
  const late = delay > limit;
  if (delay > 0) await cloud.clock.sleep(Math.min(delay, limit));
  if (answer?.log !== undefined) logLines(cloud, revision.name, 'stdout', answer.log);
  const reply = late
    ? timeoutReply()
    : containerReply(
        revision,
        { method, path, query: request.query.toString(), headers: seenByContainer(visit) },
        answer,
      );
  const at = cloud.clock.now();
  recordRequest(cloud, {
    revision: revision.name,
    at,
    status: reply.status,
    latency: at - visit.started,
  });
  note(cloud, visit, revision.name, reply, late ? texts.late : undefined);
  return reply;
}

/** https://cloud.google.com/run/docs/troubleshooting, where the log entries are quoted. */
const texts = {
  late: 'The request has been terminated because it has reached the maximum request timeout. To change this limit, see https://cloud.google.com/run/docs/configuring/request-timeout',
  missing:
    'The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header. Read more at https://cloud.google.com/run/docs/securing/authenticating Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#unauthorized-client',
  invalid:
    'The request was not authorized to invoke this service. Read more at https://cloud.google.com/run/docs/securing/authenticating Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#401',
  denied:
    'The request was not authorized to invoke this service. Read more at https://cloud.google.com/run/docs/securing/authenticating Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#403',
} as const;

function refused(
  cloud: Cloud,
  visit: Visit,
  { service }: Address,
  verdict: Exclude<InvokerVerdict, 'allowed'>,
): Reply {
  const reply = verdict === 'invalid' ? unauthorizedPage(visit.path) : forbiddenPage(visit.path);
  // Nobody chose a revision for it; the entry stands under the one that would have been the natural choice.
  const revision = service.latestReadyRevision ?? service.latestCreatedRevision;
  if (revision !== undefined) note(cloud, visit, revision, reply, texts[verdict]);
  return reply;
}

function note(cloud: Cloud, visit: Visit, revision: string, reply: Reply, text: string | undefined): void {
  const { request, host, path, trace } = visit;
  const query = request.query.toString();
  logRequest(cloud, revision, {
    method: request.method,
    url: `https://${host}${path}${query === '' ? '' : `?${query}`}`,
    userAgent: request.headers.get('user-agent'),
    status: reply.status,
    requestSize: request.bytes.byteLength,
    responseSize: reply.bytes?.byteLength ?? Buffer.byteLength(JSON.stringify(reply.body ?? '')),
    latency: cloud.clock.now() - visit.started,
    trace,
    ...(text === undefined ? {} : { text }),
  });
}

/** As the front end passes them on: without the emulator's own header, with where the request came from. */
function seenByContainer(visit: Visit): Headers {
  const headers = new Headers(visit.request.headers);
  headers.delete(originHeader);
  headers.set('host', visit.host);
  headers.set('x-forwarded-proto', 'https');
  headers.set('x-forwarded-for', '127.0.0.1');
  headers.set('x-cloud-trace-context', traceHeader(visit));
  return headers;
}

/** The caller's trace, if it sent one, so that its own log and ours can be joined. */
function traceOf(cloud: Cloud, headers: Headers): Visit['trace'] {
  const given = /^(?<id>[0-9a-f]{32})(?:\/(?<span>\d+))?/i.exec(headers.get('x-cloud-trace-context') ?? '');
  return {
    id: given?.groups?.id?.toLowerCase() ?? cloud.hex(32, 'run.trace'),
    span: cloud.hex(16, 'run.span'),
  };
}

function traceHeader({ trace }: Visit): string {
  return `${trace.id}/${BigInt(`0x${trace.span}`)};o=1`;
}
