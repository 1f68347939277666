import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';

import { recordCalls } from './ledger.ts';

export const project = { id: 'acme-staging', number: '123456789012' };
export const otherProject = { id: 'other-company', number: '987654321098' };
export const owner = 'owner@example.com';
export const stranger = 'stranger@example.com';
export const deployer = `deployer@${project.id}.iam.gserviceaccount.com`;
export const pool = `projects/${project.number}/locations/global/workloadIdentityPools/github`;
export const provider = `${pool}/providers/production`;

/** What came back; `body` is the parsed JSON, or the text when it is not JSON. */
export interface Answer {
  readonly status: number;
  // The tests read what Google's documentation says is there; a wrong guess fails the assertion.
  readonly body: Json;
  readonly headers: Headers;
}

export type Json = { readonly [name: string]: Json } & { readonly [index: number]: Json } & {
  readonly length?: number;
};

export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export interface TestCloud extends AsyncDisposable {
  readonly emulator: Emulator;
  /** Calls as the owner of both projects. */
  readonly asOwner: Caller;
  /** Calls with that token, or without one. */
  as(token: string | undefined): Caller;
  asUser(email: string): Caller;
}

const apis = [
  'artifactregistry',
  'cloudbuild',
  'cloudresourcemanager',
  'compute',
  'iam',
  'iamcredentials',
  'redis',
  'run',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
].map((name) => `${name}.googleapis.com`);

/** An emulator with two projects, everything enabled in the first, and a pool that trusts one repository. */
export async function testCloud(options: Partial<EmulatorOptions> = {}): Promise<TestCloud> {
  const started = await startEmulator({
    postgres: false,
    projects: [
      {
        ...project,
        enabledApis: apis,
        bindings: [
          { role: 'roles/owner', members: [`user:${owner}`] },
          { role: 'roles/run.admin', members: [`serviceAccount:${deployer}`] },
        ],
        serviceAccounts: [
          {
            id: 'deployer',
            bindings: [
              {
                role: 'roles/iam.workloadIdentityUser',
                members: [`principalSet://iam.googleapis.com/${pool}/attribute.repository_id/42`],
              },
            ],
          },
        ],
        pools: [
          {
            id: 'github',
            providers: [
              {
                id: 'production',
                issuerUri: 'https://token.actions.githubusercontent.com',
                attributeMapping: {
                  'google.subject': '"gh:" + assertion.repository_id + ":" + assertion.run_id',
                  'attribute.repository_id': 'assertion.repository_id',
                  'attribute.environment': 'has(assertion.environment) ? assertion.environment : "none"',
                },
                attributeCondition:
                  'assertion.repository_owner_id == "7" && assertion.environment in ["staging", "production"]',
              },
            ],
          },
        ],
      },
      { ...otherProject, bindings: [{ role: 'roles/owner', members: [`user:${owner}`] }] },
    ],
    ...options,
  });
  const close = async (): Promise<void> => {
    recordCalls(started.journal);
    await started.close();
  };
  const emulator: Emulator = { ...started, close, [Symbol.asyncDispose]: close };
  const as = (token: string | undefined): Caller => caller(emulator.url, token);
  return {
    emulator,
    as,
    asUser: (email) => as(emulator.userToken(email)),
    asOwner: as(emulator.userToken(owner)),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

function caller(origin: string, token: string | undefined): Caller {
  return async (method, path, body, headers = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text), headers: response.headers };
  };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text as unknown as Json;
  }
}

/** The parts of an error that clients decide on. */
export function refusal(answer: Answer): { http: number; status: unknown; reason: unknown; message: string } {
  const error = answer.body.error as unknown as {
    status?: string;
    message: string;
    details?: { reason?: string }[];
    errors?: { reason?: string }[];
  };
  return {
    http: answer.status,
    status: error.status,
    reason: error.details?.find((detail) => detail.reason !== undefined)?.reason ?? error.errors?.[0]?.reason,
    message: error.message,
  };
}
