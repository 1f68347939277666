/** A shop in two projects, staging and production, and a repository that keeps the records of its deployments. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  Emulator,
  EmulatorOptions,
  JournalEntry,
  PlantedRepository,
  SeedProject,
} from '../../src/emulator/emulator.ts';
import type { ReleaseManifest } from '../../src/promote/manifest.ts';
import { deployerEmail, providerName } from '../../src/rehearsal/seed.ts';
import { type ActionRun, type ActionRunner, actionRunner, type RunOptions, seedOf } from './action.ts';

export const staging = 'shop-staging';
export const production = 'shop-production';
export const commit = 'a'.repeat(40);

/** The rights that promotion needs beyond those of a deployer; docs/promotion.md gives them. */
const readingRoles = {
  [staging]: ['roles/run.viewer', 'roles/artifactregistry.reader'],
  [production]: ['roles/run.viewer', 'roles/secretmanager.viewer'],
} as const;

/** Both projects, each readable for the deployer of the other, made from what a single project is seeded with. */
export function promotionSeeds(seed: (project: string) => SeedProject): readonly SeedProject[] {
  return ([staging, production] as const).map((project) => {
    const other = project === staging ? production : staging;
    const members = [`serviceAccount:${deployerEmail(other)}`];
    const readers = readingRoles[project].map((role) => ({ role, members }));
    const alone = seed(project);
    return { ...alone, bindings: [...(alone.bindings ?? []), ...readers] };
  });
}

export interface PromotionRunner {
  readonly runner: ActionRunner;
  readonly repository: PlantedRepository;
  /** Runs an action as a job of that environment's. */
  in(
    project: string,
    action: string,
    inputs?: Record<string, string>,
    options?: RunOptions,
  ): Promise<ActionRun>;
  /** provision, build, deploy and release of all of staging. */
  deployStaging(): Promise<void>;
  /** What `compare` comes to, as a job of staging. */
  compare(inputs?: Record<string, string>): Promise<ActionRun>;
  /** All of it in production, after an approval of that comparison. */
  promote(
    compared: ActionRun,
    options?: { services?: readonly string[]; prune?: boolean },
  ): Promise<readonly ActionRun[]>;
}

export const services = ['orders', 'web'] as const;
const secretEnv = 'MAIL_KEY=mail-key-0123456789';

export interface ShownRecord {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly task: string;
  readonly production_environment: boolean;
  readonly payload: ReleaseManifest;
  /** The newest first. */
  readonly states: readonly string[];
}

/** The records of an environment as GitHub shows them, the newest first. */
export async function recordsOf(
  { runner }: Pick<PromotionRunner, 'runner'>,
  environment: string,
): Promise<readonly ShownRecord[]> {
  const token = runner.emulator.github.issueToken({
    kind: 'job',
    repository: 'acme/shop',
    permissions: { deployments: 'read' },
  });
  const get = async <T>(path: string): Promise<T> => {
    const url = `${runner.emulator.url}/_github/api/repos/acme/shop/deployments${path}`;
    return (await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()) as T;
  };
  const records = await get<Omit<ShownRecord, 'states'>[]>(`?environment=${environment}`);
  return await Promise.all(
    records.map(async (record) => ({
      ...record,
      states: (await get<{ state: string }[]>(`/${record.id}/statuses`)).map(({ state }) => state),
    })),
  );
}

/** The shop's file with an environment after staging, a sidecar that is built, and a job. */
export async function productionShop(): Promise<string> {
  const text = await readFile('test/fixtures/shop/deploy.yaml', 'utf8');
  return text
    .replace(
      '  staging: { project: shop-staging }\n',
      `  staging: { project: ${staging} }\n  production:\n    project: ${production}\n    services: { web: { app: { min_instances: 1 } } }\n`,
    )
    .replace(
      '    app: { port: 8080, public: true }\n',
      '    app: { port: 8080, public: true }\n    worker: { runtime: job, command: [node, digest.js] }\n    sidecars: { cache: { build: { context: orders, dockerfile: orders/Dockerfile } } }\n',
    );
}

export async function promotionRunner(
  options: Partial<EmulatorOptions> = {},
): Promise<PromotionRunner & AsyncDisposable> {
  const runner = await actionRunner('test/fixtures/shop', staging, {
    projects: promotionSeeds((project) => seedOf(project)[0] as SeedProject),
    ...options,
  });
  await writeFile(join(runner.workspace, 'deploy.yaml'), await productionShop());
  const repository = runner.emulator.github.plant({
    fullName: 'acme/shop',
    id: 42,
    ownerId: 7,
    visibility: 'private',
  });
  repository.addCommit({ sha: commit, parents: [], message: 'First' });
  repository.setRef('refs/heads/main', commit);
  const github = {
    GITHUB_API_URL: `${runner.emulator.url}/_github/api`,
    GITHUB_JOB: 'compare',
    INPUT_GITHUB_TOKEN: runner.emulator.github.issueToken({
      kind: 'job',
      repository: 'acme/shop',
      permissions: { deployments: 'write', checks: 'read', statuses: 'read', contents: 'read' },
    }),
  };
  const run: PromotionRunner['in'] = (project, action, inputs = {}, given = {}) =>
    runner.run(
      action,
      {
        environment: project === staging ? 'staging' : 'production',
        workload_identity_provider: providerName(project),
        service_account: deployerEmail(project),
        ...inputs,
      },
      { ...given, environment: { ...github, ...given.environment } },
    );
  const must = async (going: Promise<ActionRun>): Promise<ActionRun> => {
    const done = await going;
    if (done.code !== 0) throw new Error(done.log);
    return done;
  };
  return {
    runner,
    repository,
    in: run,
    deployStaging: async () => {
      await must(run(staging, 'provision', { secret_env: secretEnv }));
      for (const service of services) {
        await must(run(staging, 'build', { service }));
        await must(run(staging, 'deploy-service', { service }));
      }
      await must(run(staging, 'release'));
    },
    compare: (inputs = {}) =>
      run(staging, 'promote', { stage: 'compare', from: 'staging', environment: 'production', ...inputs }),
    promote: async (compared, { services: only = services, prune = false } = {}) => {
      const { hash = '', migrations = '', images = '', sha = '' } = compared.outputs;
      const pruning = { prune: String(prune) };
      const chosen = {
        ...pruning,
        ...(only.length === services.length ? {} : { services: only.join(',') }),
      };
      const runs = [
        await run(production, 'promote', { stage: 'verify', from: 'staging', hash, migrations, ...chosen }),
      ];
      const step = async (action: string, inputs: Record<string, string>): Promise<ActionRun | undefined> => {
        if (runs.some(({ code }) => code !== 0)) return undefined;
        const done = await run(production, action, inputs);
        runs.push(done);
        return done;
      };
      await step('provision', { secret_env: secretEnv });
      const copied = await step('promote', { stage: 'copy', from: 'staging', images });
      const targets = JSON.parse(copied?.outputs.images ?? '{}') as Record<string, string>;
      for (const service of only)
        await step('deploy-service', { service, images: JSON.stringify(targets), commit: sha });
      await step('release', { images: JSON.stringify(targets), commit: sha, ...pruning });
      return runs;
    },
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

/** The digests that serve in a project, by workload: of all containers of the revision that gets the requests, or of a job. */
export async function servingDigests(
  { cloud }: Pick<Emulator, 'cloud'>,
  project: string,
): Promise<Record<string, string>> {
  const revisions = cloud.table<{ template: Containers }>('run.revisions');
  const found: Record<string, string> = {};
  for (const kind of ['services', 'workerPools']) {
    const table = cloud.table<{ name: string; latestReadyRevision?: string }>(`run.${kind}`);
    for (const { name, latestReadyRevision = '' } of table.values()) {
      if (!name.startsWith(`projects/${project}/`)) continue;
      const revision = [...revisions.entries()].find(([key]) => key.endsWith(latestReadyRevision))?.[1];
      found[name.split('/').at(-1) ?? ''] = digestsOf(name, revision?.template);
    }
  }
  const jobs = cloud.table<{ name: string; template: { template: Containers } }>('run.jobs');
  for (const { name, template } of jobs.values())
    if (name.startsWith(`projects/${project}/`))
      found[name.split('/').at(-1) ?? ''] = digestsOf(name, template.template);
  return found;
}

interface Containers {
  readonly containers?: readonly { readonly image?: string }[];
}

/** Throws where there is nothing to compare: two empty answers would be the same. */
function digestsOf(name: string, template: Containers | undefined): string {
  const digests = (template?.containers ?? []).map(({ image }) => image?.split('@')[1]);
  if (digests.length === 0 || digests.includes(undefined)) throw new Error(`${name} runs no image by digest`);
  return digests.join(' ');
}

export function builds(requests: readonly JournalEntry[]): readonly string[] {
  return requests.filter(({ id, method }) => /cloudbuild/.test(id) && method !== 'GET').map(({ id }) => id);
}
