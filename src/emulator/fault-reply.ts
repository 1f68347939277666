import { errorReply } from './errors.ts';
import type { Fault } from './faults.ts';
import { type Api, Refusal, type Reply } from './service.ts';

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** What the client gets instead of an answer: Google's error in the dialect of the API, or the body of the script. */
export function faultReply(fault: Fault, api: Pick<Api, 'name' | 'errors'>): Reply {
  const status = fault.status ?? 500;
  const headers = {
    ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }),
    ...fault.headers,
  };
  if (typeof fault.body === 'string') return { status, headers, bytes: Buffer.from(fault.body) };
  if (fault.body !== undefined) return { status, headers, body: fault.body };
  return errorReply(
    new Refusal(status, statusNames[status] ?? 'UNKNOWN', faultMessage(fault), { headers }),
    api,
  );
}

export function faultMessage(fault: Fault): string {
  return fault.message ?? `A scripted fault of the emulator (${fault.status}).`;
}

/** What the journal says of the fault. */
export function faultText(fault: Fault): string {
  if (fault.drop !== undefined) return `drop ${fault.drop}`;
  if (fault.status === undefined) return `stall ${fault.stall} ms`;
  return `status ${fault.status}${fault.afterEffect === true ? ' after the effect' : ''}`;
}
