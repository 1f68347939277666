import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { OperationFailed, waitFor } from './operations.ts';
import { listAll } from './paging.ts';
import type { Request } from './transport.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks */
export interface ComputeNetwork {
  readonly name?: string;
  readonly description?: string;
  readonly autoCreateSubnetworks?: boolean;
  readonly routingConfig?: { readonly routingMode?: string };
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks */
export interface Subnetwork {
  readonly name?: string;
  readonly description?: string;
  readonly network?: string;
  readonly ipCidrRange?: string;
  readonly privateIpGoogleAccess?: boolean;
  readonly fingerprint?: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/globalAddresses */
export interface GlobalAddress {
  readonly name?: string;
  readonly description?: string;
  readonly purpose?: string;
  readonly addressType?: string;
  readonly prefixLength?: number;
  readonly network?: string;
  readonly address?: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers */
export interface Router {
  readonly name?: string;
  readonly description?: string;
  readonly network?: string;
  readonly nats?: readonly {
    readonly name?: string;
    readonly natIpAllocateOption?: string;
    readonly sourceSubnetworkIpRangesToNat?: string;
  }[];
}

/** A collection of Compute: `global/networks`, `regions/us-central1/routers`. */
export interface ComputeCollection {
  readonly project: string;
  readonly scope: 'global' | `regions/${string}`;
  readonly kind: 'networks' | 'subnetworks' | 'addresses' | 'routers';
}

interface ComputeOperation {
  readonly name?: string;
  readonly status?: string;
  readonly error?: { readonly errors?: readonly { readonly code?: string; readonly message?: string }[] };
}

const deadline = 10 * 60_000;

const scopePath = (at: ComputeCollection): string => `compute/v1/projects/${at.project}/${at.scope}`;

export function listCompute<T>(google: Google, at: ComputeCollection): Promise<T[]> {
  return listAll<{ items?: T[]; nextPageToken?: string }, T>(
    google.transport,
    { api: 'compute', method: 'GET', path: `${scopePath(at)}/${at.kind}` },
    (page) => page.items,
  );
}

export function getCompute<T>(google: Google, at: ComputeCollection, name: string): Promise<T> {
  return google.transport.send({
    api: 'compute',
    method: 'GET',
    path: `${scopePath(at)}/${at.kind}/${name}`,
  });
}

export function insertCompute(
  google: Google,
  at: ComputeCollection,
  body: { readonly name?: string },
): Promise<void> {
  const request = {
    api: 'compute',
    method: 'POST',
    path: `${scopePath(at)}/${at.kind}`,
    body,
    repeatable: true,
  } as const;
  return carryOut(google, at, request, `creating ${at.kind.replace(/e?s$/, '')} ${body.name}`);
}

export function patchCompute(
  google: Google,
  at: ComputeCollection,
  name: string,
  body: object,
): Promise<void> {
  const request = {
    api: 'compute',
    method: 'PATCH',
    path: `${scopePath(at)}/${at.kind}/${name}`,
    body,
  } as const;
  return carryOut(google, at, request, `changing ${at.kind.replace(/e?s$/, '')} ${name}`);
}

/** Refused while another resource uses it. That it is gone already is as good. */
export async function deleteCompute(google: Google, at: ComputeCollection, name: string): Promise<void> {
  const request = {
    api: 'compute',
    method: 'DELETE',
    path: `${scopePath(at)}/${at.kind}/${name}`,
  } as const;
  await unlessGone(carryOut(google, at, request, `deleting ${at.kind.replace(/e?s$/, '')} ${name}`));
}

/** Not by PATCH: https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/setPrivateIpGoogleAccess */
export function setPrivateGoogleAccess(
  google: Google,
  at: ComputeCollection,
  subnet: string,
  privateIpGoogleAccess: boolean,
): Promise<void> {
  const request = {
    api: 'compute',
    method: 'POST',
    path: `${scopePath(at)}/${at.kind}/${subnet}/setPrivateIpGoogleAccess`,
    body: { privateIpGoogleAccess },
    repeatable: true,
  } as const;
  return carryOut(google, at, request, `changing subnetwork ${subnet}`);
}

async function carryOut(
  google: Google,
  at: ComputeCollection,
  request: Request,
  what: string,
): Promise<void> {
  const started = await google.transport.send<ComputeOperation>(request);
  const ended = await waitFor(
    async () => {
      // Answers when the operation is done, or after two minutes. https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/wait
      const now = await google.transport.send<ComputeOperation>({
        api: 'compute',
        method: 'POST',
        path: `${scopePath(at)}/operations/${started.name}/wait`,
        repeatable: true,
        timeout: 150_000,
      });
      return now.status === 'DONE' ? now : undefined;
    },
    { what, deadline, first: 100 },
    google.clock,
    google.signal,
  );
  const error = ended.error?.errors?.[0];
  if (error) throw new OperationFailed(what, 0, `${error.code}: ${error.message}`);
}
