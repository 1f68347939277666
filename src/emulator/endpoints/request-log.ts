import { appendLog } from '../apis/logging.ts';
import { partsOf } from '../apis/run-resource.ts';
import type { Cloud } from '../service.ts';
import { revisionResource } from './container-log.ts';

export interface LoggedRequest {
  readonly method: string;
  readonly url: string;
  readonly userAgent: string | null;
  readonly status: number;
  /** Bytes. */
  readonly requestSize: number;
  readonly responseSize: number;
  /** Milliseconds. */
  readonly latency: number;
  /** 32 and 16 hexadecimal digits. */
  readonly trace: { readonly id: string; readonly span: string };
  /** What the platform has to say about a request that it did not pass on or did not wait for. */
  readonly text?: string;
}

/** Writes the entry of `run.googleapis.com/requests` for one request. `revision` is a full name. */
export function logRequest(cloud: Cloud, revision: string, request: LoggedRequest): void {
  const { project } = partsOf(revision);
  appendLog(cloud, {
    logName: `projects/${project}/logs/run.googleapis.com%2Frequests`,
    severity: request.status >= 500 ? 'ERROR' : request.status >= 400 ? 'WARNING' : 'INFO',
    resource: revisionResource(revision),
    httpRequest: {
      requestMethod: request.method,
      requestUrl: request.url,
      requestSize: String(request.requestSize),
      status: request.status,
      responseSize: String(request.responseSize),
      ...(request.userAgent === null ? {} : { userAgent: request.userAgent }),
      remoteIp: '127.0.0.1',
      latency: `${(request.latency / 1000).toFixed(9)}s`,
      protocol: 'HTTP/1.1',
    },
    trace: `projects/${project}/traces/${request.trace.id}`,
    spanId: request.trace.span,
    ...(request.text === undefined ? {} : { textPayload: request.text }),
  });
}
