import type { Deployment } from '../config/deployment.ts';
import type { EngineEvent } from '../engine/events.ts';
import { Pool } from '../engine/pool.ts';
import type { Host } from '../github/host.ts';
import { getProject } from '../google/cloudresourcemanager.ts';
import { type CredentialSource, type Credentials, createCredentials } from '../google/credentials.ts';
import type { Google } from '../google/google.ts';
import { generateIdToken } from '../google/iamcredentials.ts';
import { ensureServices } from '../google/serviceusage.ts';
import { type Attempt, createTransport } from '../google/transport.ts';
import { type Clock, scaledClock, systemClock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import { logLines } from '../report/log.ts';
import { type Context, createContext } from '../resources/context.ts';

/** Reads at once; writes on one policy or instance wait for each other by their own rules. */
export const concurrency = 16;

/** The connection to one project, and what phases need beside it. */
export interface Session {
  readonly context: Context;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly emit: (event: EngineEvent) => void;
  /** For what is not a call of ours, such as Google's own connector. */
  readonly accessToken: () => Promise<string>;
  /** The deployer's identity token for a service's URL; nothing when it is no service account. */
  readonly idToken: (audience: string) => Promise<string | undefined>;
}

interface SessionInputs {
  readonly workload_identity_provider: string | undefined;
  readonly service_account: string | undefined;
}

export async function openSession(
  inputs: SessionInputs,
  deployment: Deployment,
  host: Host,
  options: {
    values?: Readonly<Record<string, string | undefined>>;
    prune?: boolean;
    enableFirst?: readonly string[];
  } = {},
): Promise<Session> {
  const { google, clock, accessToken, deployer, justEnabled, credentials } = await connect(
    inputs,
    deployment.project,
    host,
  );
  // A fresh project cannot even be asked for its number.
  if (options.enableFirst) await ensureServices(google, deployment.project, options.enableFirst);
  const project = await getProject(google, deployment.project);
  const context = createContext({
    google,
    deployment,
    projectNumber: project.projectNumber ?? '',
    deployer,
    values: options.values ?? {},
    justEnabled,
    workspace: host.workspace,
    ...(options.prune === undefined ? {} : { prune: options.prune }),
  });
  const idToken = async (audience: string): Promise<string | undefined> => {
    if (!deployer) return undefined;
    const caller = createTransport({
      environment: host.environment,
      accessToken: maskedOnce(credentials.tokenOfCaller, host),
      clock,
      signal: host.signal,
    });
    const token = await generateIdToken({ transport: caller }, deployer, audience);
    host.mask(token);
    return token;
  };
  return { context, clock, pool: new Pool(concurrency), emit: logEvents(host), accessToken, idToken };
}

/** Writes down what the engine does. */
export function logEvents(host: Pick<Host, 'info'>): Session['emit'] {
  return (event) => {
    for (const line of logLines(event)) host.info(line);
  };
}

/** Who calls Google and how, for one project. */
export interface Connection {
  readonly google: Google;
  readonly clock: Clock;
  readonly accessToken: () => Promise<string>;
  /** E-mail of the service account that calls are made as, where it can be told. */
  readonly deployer: string | undefined;
  readonly justEnabled: Set<string>;
  readonly credentials: Credentials;
}

/** The way to Google alone, for phases without a deployment file; nothing is sent yet. */
export async function connect(inputs: SessionInputs, project: string, host: Host): Promise<Connection> {
  const clock = clockOf(host);
  const credentials = createCredentials(sourceOf(inputs, host), {
    project,
    environment: host.environment,
    clock,
  });
  const deployer = await credentials.serviceAccount();
  Object.assign(host.caller, { project, ...(deployer ? { principal: deployer } : {}) });
  const accessToken = maskedOnce(credentials.accessToken, host);
  const justEnabled = new Set<string>();
  const google: Google = {
    clock,
    signal: host.signal,
    transport: createTransport({
      environment: host.environment,
      accessToken,
      clock,
      signal: host.signal,
      onAttempt: (attempt) => host.debug(attemptLine(attempt)),
      justEnabled,
    }),
  };
  return { google, clock, accessToken, deployer, justEnabled, credentials };
}

/** Only rehearsals and tests set the scale: an emulator that plays an hour in a minute needs a client that waits alike. */
function clockOf(host: Host): Clock {
  const scale = Number(host.environment.AETHERCAST_TIME_SCALE ?? '1');
  return scale > 0 && scale !== 1 ? scaledClock(scale) : systemClock;
}

function sourceOf(inputs: SessionInputs, host: Host): CredentialSource {
  const { workload_identity_provider: provider, service_account: serviceAccount } = inputs;
  if (!provider) {
    if (serviceAccount) {
      throw new Failure('INPUT_INVALID', 'service_account is given without workload_identity_provider.', {
        next: 'Give both, or neither to use the credentials that google-github-actions/auth left.',
      });
    }
    return { kind: 'environment' };
  }
  requireProviderName(provider);
  return {
    kind: 'federation',
    provider,
    ...(serviceAccount ? { serviceAccount } : {}),
    idToken: async (audience) => {
      const token = await host.idToken(audience).catch((cause: unknown) => {
        throw new Failure('NO_ID_TOKEN', 'GitHub gave this job no identity token.', {
          next: 'Add `permissions: id-token: write` to the job, and to the job that calls a reusable workflow. Pull requests from forks never get one.',
          cause,
        });
      });
      host.mask(token);
      return token;
    },
  };
}

function requireProviderName(provider: string): void {
  if (/^projects\/\d+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/.test(provider))
    return;
  throw new Failure(
    'INPUT_INVALID',
    `workload_identity_provider is not the full name of a provider: "${provider}".`,
    {
      next: 'It has the form projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER, with the number of the project.',
    },
  );
}

function maskedOnce(accessToken: () => Promise<string>, host: Host): () => Promise<string> {
  const seen = new Set<string>();
  return async () => {
    const token = await accessToken();
    if (!seen.has(token)) {
      seen.add(token);
      host.mask(token);
    }
    return token;
  };
}

function attemptLine({ request, number, http, milliseconds, requestId }: Attempt): string {
  const again = number > 1 ? ` (attempt ${number})` : '';
  const id = requestId ? ` request ${requestId}` : '';
  return `${request.method} ${request.api} ${request.path} → ${http ?? 'no answer'} in ${Math.round(milliseconds)} ms${again}${id}`;
}
