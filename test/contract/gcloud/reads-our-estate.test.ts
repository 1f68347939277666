import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { parse } from 'yaml';
import { deployerEmail, projectNumber } from '../../../src/rehearsal/seed.ts';
import { type ActionRunner, actionRunner, admin, asAdmin } from '../../support/action.ts';
import { type Gcloud, gcloudFor, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud reads what the actions have made of examples/aethercast');

const project = 'aethercast-staging';
const number = projectNumber(project);
const region = '--region=us-central1';
const location = '--location=us-central1';

type Values = Readonly<Record<string, string>>;

/** What the test reads of the file, by itself and not by the code under test. */
interface Workload {
  readonly name?: string;
  readonly port?: number;
  readonly memory?: string;
  readonly ingress?: string;
  readonly public?: boolean;
  readonly authentication?: string;
  readonly timeout?: string;
  readonly concurrency?: number;
  readonly max_instances?: number;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

interface Service {
  readonly service_account: string;
  readonly env_groups?: readonly string[];
  readonly env?: Values;
  readonly secrets?: Values;
  readonly app: Workload;
  readonly worker?: Workload;
}

interface File {
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly env_groups: Readonly<Record<string, { readonly env?: Values; readonly secrets?: Values }>>;
  readonly services: Readonly<Record<string, Service>>;
}

interface KnativeContainer {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly resources: { readonly limits: Values };
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
}

/** A service or a worker pool as gcloud prints it. */
interface Knative {
  readonly metadata: { readonly name: string; readonly annotations: Values; readonly labels?: Values };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Values };
      readonly spec: {
        readonly containers: readonly KnativeContainer[];
        readonly serviceAccountName: string;
        readonly containerConcurrency?: number;
        readonly timeoutSeconds?: number;
      };
    };
  };
  readonly status: {
    readonly url?: string;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Version2 {
  readonly name: string;
  readonly latestReadyRevision: string;
  readonly template: {
    readonly containers: readonly {
      readonly image: string;
      readonly env?: readonly {
        readonly name: string;
        readonly value?: string;
        readonly valueSource?: {
          readonly secretKeyRef: { readonly secret: string; readonly version: string };
        };
      }[];
    }[];
  };
}

interface Policy {
  readonly bindings?: readonly { readonly role: string; readonly members: readonly string[] }[];
}

let runner: ActionRunner;
let gcloud: Gcloud;
let file: File;

beforeAll(async () => {
  runner = await actionRunner('examples/aethercast', project, { postgres: true });
  gcloud = await gcloudFor(runner.emulator, { project, user: admin });
  file = parse(await readFile('examples/aethercast/deploy.yaml', 'utf8')) as File;
  const environment = 'staging';
  await done('provision', { environment, secret_env: 'TDA_NEWS_API_KEY=0123456789abcdef' });
  const services = Object.keys(file.services);
  // Two at a time, as many as there are processors to run the bundles.
  const lane = async (half: string[]): Promise<void> => {
    for (const service of half) {
      await done('build', { environment, service });
      await done('deploy-service', { environment, service });
    }
  };
  await Promise.all([lane(services.slice(0, 5)), lane(services.slice(5))]);
}, 300_000);

afterAll(async () => {
  await gcloud[Symbol.asyncDispose]();
  await runner[Symbol.asyncDispose]();
});

async function done(action: string, inputs: Record<string, string>): Promise<void> {
  const run = await runner.run(action, inputs);
  if (run.code !== 0) throw new Error(`${action} ${inputs.service ?? ''} failed:\n${run.log}`);
}

function bindingsOf(policy: Policy): string[] {
  return (policy.bindings ?? [])
    .flatMap(({ role, members }) => members.map((member) => `${member} ${role}`))
    .sort();
}

function email(account: string): string {
  return `${account}@${project}.iam.gserviceaccount.com`;
}

/** Every value and secret that the file gives the containers of a service; values with references are left open. */
function environmentOf(service: Service): { literal: Values; references: string[]; secrets: Values } {
  const groups = (service.env_groups ?? []).map((name) => file.env_groups[name] ?? {});
  const values = Object.assign({}, ...groups.map(({ env }) => env), service.env) as Values;
  return {
    literal: Object.fromEntries(Object.entries(values).filter(([, value]) => !value.includes('${'))),
    references: Object.keys(values).filter((name) => values[name]?.includes('${')),
    secrets: Object.assign({}, ...groups.map(({ secrets }) => secrets), service.secrets) as Values,
  };
}

/** The same environment in the words of both views: `NAME=value` or `NAME=secret:version`. */
function shownEnvironment(container: KnativeContainer): string[] {
  return (container.env ?? [])
    .map(({ name, value, valueFrom }) =>
      valueFrom === undefined
        ? `${name}=${value ?? ''}`
        : `${name}=${valueFrom.secretKeyRef.name}:${valueFrom.secretKeyRef.key}`,
    )
    .sort();
}

function storedEnvironment(workload: Version2): string[] {
  return (workload.template.containers[0]?.env ?? [])
    .map(({ name, value, valueSource }) =>
      valueSource === undefined
        ? `${name}=${value ?? ''}`
        : `${name}=${valueSource.secretKeyRef.secret.split('/').at(-1)}:${valueSource.secretKeyRef.version}`,
    )
    .sort();
}

/** What holds for the container of an app and of a worker alike. */
function expectContainer(shown: Knative, stored: Version2, service: Service, workload: Workload): void {
  const [container] = shown.spec.template.spec.containers;
  if (container === undefined) throw new Error(`${shown.metadata.name} has no container`);
  const { literal, references, secrets } = environmentOf(service);
  expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(container.image).toBe(stored.template.containers[0]?.image);
  expect(container.resources.limits.memory).toBe(workload.memory ?? '512Mi');
  expect(shown.spec.template.spec.serviceAccountName).toBe(email(service.service_account));
  const environment = shownEnvironment(container);
  expect(environment).toEqual(storedEnvironment(stored));
  expect(environment).toEqual(
    expect.arrayContaining(Object.entries(literal).map(([name, value]) => `${name}=${value}`)),
  );
  const names = [...Object.keys(literal), ...references, ...Object.keys(secrets)].sort();
  expect(environment.map((line) => line.split('=')[0])).toEqual(names);
  for (const [name, secret] of Object.entries(secrets)) {
    expect(environment).toContainEqual(expect.stringMatching(new RegExp(`^${name}=${secret}:[1-9]\\d*$`)));
  }
  expect(environment.join('\n')).not.toContain('${');
  const ready = shown.status.conditions.find(({ type }) => type === 'Ready');
  expect(ready?.status).toBe('True');
}

async function stored(collection: string, name: string): Promise<Version2> {
  return asAdmin<Version2>(
    runner,
    'GET',
    `v2/projects/${project}/locations/us-central1/${collection}/${name}`,
  );
}

gcloudTest('the nine services: list and describe agree with the file and with the v2 view', async () => {
  const listed = await gcloud.json<Knative[]>('run', 'services', 'list', region);
  const wanted = Object.keys(file.services).map((key) => `aethercast-${key}`);
  expect(listed.map(({ metadata }) => metadata.name).sort()).toEqual(wanted.sort());
  const described = await Promise.all(
    wanted.map((name) => gcloud.json<Knative>('run', 'services', 'describe', name, region)),
  );
  for (const [index, name] of wanted.entries()) {
    const shown = described[index];
    const service = file.services[name.replace('aethercast-', '')];
    if (shown === undefined || service === undefined) throw new Error(`${name} is missing`);
    expect(listed).toContainEqual(shown);
    const { app } = service;
    expectContainer(shown, await stored('services', name), service, app);
    const { spec, metadata } = shown.spec.template;
    expect(spec.containers[0]?.ports).toEqual([expect.objectContaining({ containerPort: app.port })]);
    expect(
      metadata.annotations['autoscaling.knative.dev/maxScale'] ??
        shown.metadata.annotations['run.googleapis.com/maxScale'],
    ).toBe(String(app.max_instances));
    expect(shown.metadata.annotations['run.googleapis.com/ingress']).toBe(
      app.public === true ? 'all' : app.ingress,
    );
    expect(JSON.parse(shown.metadata.annotations['run.googleapis.com/urls'] ?? '[]')).toContain(
      `https://${name}-${number}.us-central1.run.app`,
    );
    expect(spec.timeoutSeconds).toBe(app.timeout === '60m' ? 3600 : 300);
    if (app.concurrency !== undefined) expect(spec.containerConcurrency).toBe(app.concurrency);
  }
});

gcloudTest('the seven worker pools: list and describe agree with the file and with the v2 view', async () => {
  const workers = Object.values(file.services).filter(({ worker }) => worker !== undefined);
  const listed = await gcloud.json<Knative[]>('beta', 'run', 'worker-pools', 'list', region);
  expect(listed.map(({ metadata }) => metadata.name).sort()).toEqual(
    workers.map(({ worker }) => worker?.name ?? '').sort(),
  );
  expect(listed).toHaveLength(7);
  await Promise.all(
    workers.map(async (service) => {
      const { worker = {} } = service;
      const name = worker.name ?? '';
      const shown = await gcloud.json<Knative>('beta', 'run', 'worker-pools', 'describe', name, region);
      expect(listed).toContainEqual(shown);
      expectContainer(shown, await stored('workerPools', name), service, worker);
      const [container] = shown.spec.template.spec.containers;
      expect([container?.command, container?.args]).toEqual([worker.command, worker.args]);
      expect(container?.ports).toBeUndefined();
      expect(shown.metadata.annotations['run.googleapis.com/manualInstanceCount']).toBe('1');
    }),
  );
});

gcloudTest('the revisions of a service, and who may call it', async () => {
  const name = 'aethercast-api-gateway';
  const [revisions, gateway, internal, { latestReadyRevision }] = await Promise.all([
    gcloud.json<Knative[]>('run', 'revisions', 'list', `--service=${name}`, region),
    gcloud.json<Knative>('run', 'services', 'describe', name, region),
    gcloud.json<Policy>('run', 'services', 'get-iam-policy', 'aethercast-tda-service', region),
    stored('services', name),
  ]);
  expect(revisions.map(({ metadata }) => metadata.name)).toEqual([latestReadyRevision.split('/').at(-1)]);
  expect(gateway.metadata.annotations['run.googleapis.com/invoker-iam-disabled'] ?? 'false').toMatch(
    /^(true|false)$/i,
  );
  // The file gives them `authentication: none`, so that nobody needs a binding.
  expect(bindingsOf(internal)).toEqual([]);
});

gcloudTest(
  'the secrets are those of the file and of the database, and each is read by those who use it',
  async () => {
    const listed = await gcloud.json<{ name: string }[]>('secrets', 'list');
    const names = [
      ...Object.keys(file.secrets),
      'aethercast-pg-db',
      'aethercast-pg-password',
      'aethercast-pg-user',
    ];
    expect(listed.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(names.sort());
    const services = Object.values(file.services);
    await Promise.all(
      names.map(async (name) => {
        const policy = await gcloud.json<Policy>('secrets', 'get-iam-policy', name);
        const readers = services
          .filter((service) => Object.values(environmentOf(service).secrets).includes(name))
          .map(
            (service) =>
              `serviceAccount:${email(service.service_account)} roles/secretmanager.secretAccessor`,
          );
        expect(bindingsOf(policy)).toEqual(expect.arrayContaining(readers));
        const accessors = bindingsOf(policy).filter((line) => line.includes('serviceAccount:sa-'));
        expect(accessors).toEqual(readers.sort());
      }),
    );
  },
);

gcloudTest('the accounts, and the roles of the file on the project, the bucket and themselves', async () => {
  const gateway = email('sa-aethercast-api-gateway');
  const bucket = `gs://aethercast-media-${project}`;
  const [accounts, onProject, onBucket, onGateway] = await Promise.all([
    gcloud.json<{ email: string }[]>('iam', 'service-accounts', 'list'),
    gcloud.json<Policy>('projects', 'get-iam-policy', project),
    gcloud.json<Policy>('storage', 'buckets', 'get-iam-policy', bucket),
    gcloud.json<Policy>('iam', 'service-accounts', 'get-iam-policy', gateway),
  ]);
  const used = Object.values(file.services).map((service) => email(service.service_account));
  expect(accounts.map((account) => account.email)).toEqual(expect.arrayContaining(used));
  const vertex = ['sa-aethercast-aims', 'sa-aethercast-iga'].map(
    (account) => `serviceAccount:${email(account)} roles/aiplatform.user`,
  );
  expect(bindingsOf(onProject).filter((line) => line.endsWith('roles/aiplatform.user'))).toEqual(vertex);
  expect(bindingsOf(onBucket).filter((line) => line.includes('serviceAccount:sa-'))).toEqual(
    [
      `serviceAccount:${gateway} roles/storage.objectViewer`,
      `serviceAccount:${email('sa-aethercast-aims-tts')} roles/storage.objectCreator`,
      `serviceAccount:${email('sa-aethercast-iga')} roles/storage.objectCreator`,
    ].sort(),
  );
  expect(bindingsOf(onGateway)).toEqual(
    [
      `serviceAccount:${deployerEmail(project)} roles/iam.serviceAccountUser`,
      `serviceAccount:${gateway} roles/iam.serviceAccountTokenCreator`,
    ].sort(),
  );
});

gcloudTest('the bucket, the repository and its images, the database and Redis', async () => {
  const repository = `us-central1-docker.pkg.dev/${project}/aethercast-services`;
  const instance = '--instance=aethercast-postgres-instance';
  const [buckets, repositories, images, sql, databases, users, redis] = await Promise.all([
    gcloud.json<object[]>('storage', 'buckets', 'list'),
    gcloud.json<object[]>('artifacts', 'repositories', 'list', location),
    gcloud.json<{ package: string; version: string }[]>('artifacts', 'docker', 'images', 'list', repository),
    gcloud.json<object[]>('sql', 'instances', 'list'),
    gcloud.json<{ name: string }[]>('sql', 'databases', 'list', instance),
    gcloud.json<{ name: string }[]>('sql', 'users', 'list', instance),
    gcloud.json<object[]>('redis', 'instances', 'list', region),
  ]);
  expect(buckets).toContainEqual(
    expect.objectContaining({
      name: `aethercast-media-${project}`,
      location: 'US-CENTRAL1',
      uniform_bucket_level_access: true,
      public_access_prevention: 'enforced',
    }),
  );
  expect(repositories).toMatchObject([
    { name: expect.stringMatching(/\/aethercast-services$/), format: 'DOCKER' },
  ]);
  expect(images.map((image) => image.package.replace(`${repository}/`, '')).sort()).toEqual(
    Object.keys(file.services).sort(),
  );
  const deployed = await Promise.all(
    Object.keys(file.services).map((key) => stored('services', `aethercast-${key}`)),
  );
  expect(images.map((image) => `${image.package}@${image.version}`).sort()).toEqual(
    deployed.map(({ template }) => template.containers[0]?.image).sort(),
  );
  expect(sql).toMatchObject([
    {
      name: 'aethercast-postgres-instance',
      state: 'RUNNABLE',
      databaseVersion: 'POSTGRES_15',
      settings: { tier: 'db-custom-1-3840', edition: 'ENTERPRISE', deletionProtectionEnabled: false },
    },
  ]);
  expect(databases.map(({ name }) => name)).toContain('aethercast_db');
  expect(users.map(({ name }) => name)).toContain('aethercastuser');
  expect(redis).toMatchObject([{ state: 'READY', memorySizeGb: 1, tier: 'BASIC' }]);
});
