import { isIngress } from '../apis/run-defaults.ts';
import { type Container, partsOf, shortName } from '../apis/run-resource.ts';
import type { Reply } from '../service.ts';
import type { Answer } from './answers.ts';
import type { ServingRevision } from './service-view.ts';

/** A request as the container gets it. */
export interface ContainerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
}

/** Headers without credentials; the others would tell a smoke test nothing. */
const shownHeaders = [
  'host',
  'user-agent',
  'accept',
  'content-type',
  'content-length',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-cloud-trace-context',
];

/** The reply of the revision's container: the scripted one, or a description of what would have run. */
export function containerReply(
  revision: ServingRevision,
  request: ContainerRequest,
  answer: Answer | undefined,
): Reply {
  const status = answer?.status ?? 200;
  const body = answer !== undefined && 'body' in answer ? answer.body : description(revision, request);
  const headers = { 'x-emulator-revision': shortName(revision.name), ...answer?.headers };
  return typeof body === 'string'
    ? {
        status,
        bytes: Buffer.from(body),
        headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
      }
    : { status, body, headers };
}

function description(revision: ServingRevision, request: ContainerRequest): Record<string, unknown> {
  const container = ingressContainer(revision);
  const port = container?.ports?.[0]?.containerPort ?? 8080;
  return {
    service: partsOf(revision.name).id,
    revision: shortName(revision.name),
    image: container?.image,
    port,
    env: environment(revision, container, port),
    method: request.method,
    path: request.path,
    ...(request.query === '' ? {} : { query: request.query }),
    headers: Object.fromEntries(
      shownHeaders.flatMap((name) => {
        const value = request.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
  };
}

export function ingressContainer(revision: ServingRevision): Container | undefined {
  const containers = revision.template.containers ?? [];
  return containers.find((_, index) => isIngress(containers, index));
}

/** With what Cloud Run adds. https://cloud.google.com/run/docs/container-contract#env-vars */
function environment(
  revision: ServingRevision,
  container: Container | undefined,
  port: number,
): Record<string, unknown> {
  const service = partsOf(revision.name).id;
  const own = (container?.env ?? []).map((variable): [string, unknown] => {
    const reference = variable.valueSource?.secretKeyRef;
    const shown =
      reference === undefined
        ? (variable.value ?? '')
        : { secret: reference.secret, version: reference.version ?? 'latest' };
    return [variable.name ?? '', shown];
  });
  return {
    PORT: String(port),
    K_SERVICE: service,
    K_REVISION: shortName(revision.name),
    K_CONFIGURATION: service,
    ...Object.fromEntries(own),
  };
}
