import { type Clock, scaledClock, systemClock } from '../lib/clock.ts';
import { allApis } from './apis/index.ts';
import { createCloud, type EmulatedCloud } from './cloud.ts';
import type { ConsistencyMode } from './consistency.ts';
import { serviceEndpoints } from './endpoints/endpoint.ts';
import { type Reach, reachVariables } from './environment.ts';
import { type Fault, Faults } from './faults.ts';
import { type NewRepository, PlantedRepository } from './github/planting.ts';
import { restPrefix } from './github/rest.ts';
import type { TokenHolder } from './github/tokens.ts';
import { Identity, type JobClaims } from './identity.ts';
import { Journal, type JournalEntry } from './journal.ts';
import type { LatencyProfile } from './latency.ts';
import { type QuotaMode, Quotas } from './quotas.ts';
import { rememberLogins, restoreDatabases } from './restored-databases.ts';
import { plant, type SeedProject } from './seed.ts';
import { EmulatorServer } from './server.ts';
import type { Cloud, PostgresHost } from './service.ts';
import { createPostgresHost } from './sql/postgres-host.ts';
import { type SnapshotOptions, State, type StateSnapshot } from './state.ts';
import { loadState, saveState } from './state-file.ts';

export type { Fault } from './faults.ts';
export type { NewPull, NewRepository, PlantedRepository } from './github/planting.ts';
export type { TokenHolder } from './github/tokens.ts';
export type { JobClaims } from './identity.ts';
export type { JournalEntry } from './journal.ts';
export type { SeedBinding, SeedProject, SeedProvider } from './seed.ts';
export type { PostgresHost } from './service.ts';
export type { SnapshotOptions, StateSnapshot } from './state.ts';

export interface EmulatorOptions {
  /** 0, the default, for any free port. */
  readonly port?: number;
  readonly projects: readonly SeedProject[];
  /** `zero` (the default) finishes every operation at once, `typical` takes as long as Google usually does. */
  readonly latency?: LatencyProfile;
  /** `published` refuses what Google's documented quotas would; `off` is the default. */
  readonly quotas?: QuotaMode;
  /** `eventual` lets others see grants, new service accounts and enabled APIs late; `strong` is the default. */
  readonly consistency?: ConsistencyMode;
  /** What goes wrong, from the start; more can be added while it runs. */
  readonly faults?: readonly Fault[];
  /** How many times faster than real the cloud's clock runs; 1 by default. Tokens always live in real time. */
  readonly timeScale?: number;
  /** A clock of the caller's own, for the cloud and for its tokens. */
  readonly clock?: Clock;
  /** Ids, etags and hashes follow from it. */
  readonly seed?: string;
  /** JSON lines are appended to it. */
  readonly journalFile?: string;
  /**
   * Loaded if it exists, written when the emulator is closed; secret values are kept as digests in it, and in clear in a
   * second file, `<file>.secrets`, that only its owner can read.
   */
  readonly stateFile?: string;
  /**
   * Whether Cloud SQL instances are real PostgreSQL servers, started when first needed; true by default. A host of the
   * caller's own serves tests that only look at the Admin API.
   */
  readonly postgres?: boolean | PostgresHost;
}

export interface Emulator extends AsyncDisposable {
  /** For example `http://127.0.0.1:8123`, without a slash at the end. */
  readonly url: string;
  /** Variables that point gcloud and this suite at the emulator, or gcloud through it as its proxy. */
  environment(reach?: Reach): Record<string, string>;
  readonly cloud: Cloud;
  readonly github: {
    /** For ACTIONS_ID_TOKEN_REQUEST_URL; it has a query, since the toolkit appends `&audience=`. */
    readonly oidcUrl: string;
    /** A value for ACTIONS_ID_TOKEN_REQUEST_TOKEN of a job with these claims. */
    issueRequestToken(claims: JobClaims): string;
    /** For GITHUB_API_URL. */
    readonly apiUrl: string;
    /** A token of GitHub's REST API: GITHUB_TOKEN of a job with its permissions, or one of a person. */
    issueToken(holder: TokenHolder): string;
    /** Ends a token, as GitHub does when its job ends. */
    revokeToken(token: string): void;
    /** Makes a repository; the REST API knows no others. */
    plant(repository: NewRepository): PlantedRepository;
  };
  /** An access token of `user:EMAIL` that does not expire, for tests and shells. */
  userToken(email: string): string;
  readonly journal: readonly JournalEntry[];
  snapshot(options?: SnapshotOptions): StateSnapshot;
  /** Every secret value, password and token there ever was, so that a test can search for leaks. */
  secretValues(): string[];
  readonly faults: { add(fault: Fault): void; clear(): void };
  close(): Promise<void>;
}

/** Starts the emulator on 127.0.0.1. Rejects when the port is taken or the state file cannot be used. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const clock =
    options.clock ?? (options.timeScale === undefined ? systemClock : scaledClock(options.timeScale));
  const state = new State(options.seed ?? 'emulator');
  if (options.stateFile !== undefined) loadState(state, options.stateFile);
  const identity = new Identity(options.clock ?? systemClock, (value) => state.keepSecret(value));
  const apis = allApis(identity, options.quotas);
  const faults = new Faults();
  for (const fault of options.faults ?? []) faults.add(fault);
  let postgres: PostgresHost | undefined;
  const cloud: EmulatedCloud = createCloud({
    clock,
    state,
    latency: options.latency ?? 'zero',
    consistency: options.consistency ?? 'strong',
    faults,
    apis,
    postgres: () => {
      if (options.postgres === false) return undefined;
      if (typeof options.postgres === 'object') return options.postgres;
      postgres ??= rememberLogins(createPostgresHost(), cloud);
      return postgres;
    },
  });
  plant(cloud, options.projects);
  const journal = new Journal(options.journalFile);
  const server = new EmulatorServer({
    port: options.port ?? 0,
    apis,
    cloud,
    identity,
    journal,
    faults,
    quotas: new Quotas(options.quotas ?? 'off', clock),
    latency: options.latency ?? 'zero',
    endpoints: serviceEndpoints(cloud, identity),
  });
  try {
    await restoreDatabases(cloud);
  } catch (error) {
    await postgres?.close();
    throw error;
  }
  const url = await server.listen();

  const shutDown = async (): Promise<void> => {
    await server.close();
    await cloud.operations.idle();
    await postgres?.close();
    await journal.close();
    if (options.stateFile !== undefined) saveState(state, options.stateFile);
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };

  return {
    url,
    environment: (reach = 'endpoints') => reachVariables(url, reach),
    cloud,
    github: {
      oidcUrl: `${url}/_github/oidc?api-version=2.0`,
      issueRequestToken: (claims) => identity.issueRequestToken(claims),
      apiUrl: `${url}${restPrefix}`,
      issueToken: (holder) => identity.githubTokens.issue(holder),
      revokeToken: (token) => identity.githubTokens.revoke(token),
      plant: (repository) => PlantedRepository.plant(cloud, url, repository),
    },
    userToken: (email) => identity.tokens.issue({ principal: `user:${email}` }),
    journal: journal.entries,
    snapshot: (snapshotOptions) => state.snapshot(snapshotOptions),
    secretValues: () => state.secretValues(),
    faults,
    close,
    [Symbol.asyncDispose]: close,
  };
}
