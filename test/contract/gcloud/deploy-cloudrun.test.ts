import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { projectNumber } from '../../../src/rehearsal/seed.ts';
import { admin } from '../../support/action.ts';
import { project } from '../../support/drop-in.ts';
import { type Gcloud, gcloudFor, testWithGcloud } from '../../support/gcloud.ts';
import {
  commit,
  type PeerRepository,
  peerRepository,
  type WorkflowRun,
} from '../../support/peer-workflows.ts';

const gcloudTest = testWithGcloud(
  "whether gcloud reads what the workflows of deploy-cloudrun's documentation and integration tests make",
);

type Values = Readonly<Record<string, string>>;

interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly resources: { readonly limits: Values };
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod {
  readonly containers: readonly Container[];
  readonly containerConcurrency?: number;
  readonly timeoutSeconds?: number;
  readonly volumes?: readonly {
    readonly name: string;
    readonly secret?: {
      readonly secretName: string;
      readonly items: readonly { readonly key: string; readonly path: string }[];
    };
  }[];
}

interface Meta {
  readonly name: string;
  readonly labels?: Values;
  readonly annotations?: Values;
}

interface Service {
  readonly metadata: Meta;
  readonly spec: {
    readonly template: { readonly metadata: Meta; readonly spec: Pod };
    readonly traffic: readonly { readonly revisionName?: string; readonly percent?: number }[];
  };
  readonly status: {
    readonly url: string;
    readonly latestReadyRevisionName: string;
    readonly traffic: readonly {
      readonly revisionName: string;
      readonly percent?: number;
      readonly tag?: string;
      readonly url?: string;
    }[];
  };
}

interface Job {
  readonly metadata: Meta;
  readonly spec: {
    readonly template: {
      readonly metadata: Meta;
      readonly spec: { readonly template: { readonly spec: Pod } };
    };
  };
}

let repository: PeerRepository;
let gcloud: Gcloud;
/** Of the scenarios with a second half: what gcloud reads in between. */
let between: { image: Service; source: Service; metadata: Service; job: Job };
let again: WorkflowRun;
let documented: WorkflowRun;
/** All services of the project once the documented workflow has run, by name. */
let listed: ReadonlyMap<string, Service>;

beforeAll(async () => {
  repository = await peerRepository();
  gcloud = await gcloudFor(repository.emulator, { project, user: admin });
  await prepare();
  const first = await repository.run('integration');
  requireSuccess(first);
  const [image, source, metadata, job] = await Promise.all([
    service('integration-image'),
    service('integration-source'),
    service('integration-metadata'),
    jobOf('integration-job'),
  ]);
  between = { image, source, metadata, job };
  again = await repository.run('integration-again');
  requireSuccess(again);
  documented = await repository.run('documented');
  const all = await gcloud.json<Service[]>('run', 'services', 'list');
  listed = new Map(all.map((one) => [one.metadata.name, one]));
}, 600_000);

afterAll(async () => {
  await gcloud?.[Symbol.asyncDispose]();
  await repository?.[Symbol.asyncDispose]();
});

/** What the owner of the project has made before: secrets, an instance of Cloud SQL, and an image that was pushed. */
async function prepare(): Promise<void> {
  const secret = async (name: string, values: readonly string[]): Promise<void> => {
    await gcloud.ok('secrets', 'create', name, '--replication-policy=automatic');
    for (const value of values) {
      await writeFile(join(gcloud.folder, name), value);
      await gcloud.ok('secrets', 'versions', 'add', name, `--data-file=${name}`);
    }
  };
  const location = '--location=us-central1';
  const builder = `${projectNumber(project)}-compute@developer.gserviceaccount.com`;
  const image = `us-central1-docker.pkg.dev/${project}/apps/documented-docker:${commit}`;
  const app = join(repository.folder, 'example-app');
  await Promise.all([
    secret('my-secret', ['first', 'second']),
    secret('secret-key-1', ['one']),
    secret('secret-key-2', ['two']),
    gcloud.ok(
      ...['sql', 'instances', 'create', 'db', '--database-version=POSTGRES_15', '--region=us-central1'],
      ...['--tier=db-f1-micro', '--edition=enterprise'],
    ),
    gcloud.ok('artifacts', 'repositories', 'create', 'apps', '--repository-format=docker', location),
    gcloud.ok(
      ...['projects', 'add-iam-policy-binding', project, '--role=roles/storage.objectViewer'],
      `--member=serviceAccount:${builder}`,
    ),
  ]);
  await gcloud.ok('builds', 'submit', app, '--tag', image, '--async');
}

function requireSuccess(run: WorkflowRun): void {
  const failed = run.jobs.filter(({ result }) => result !== 'success');
  if (failed.length > 0) throw new Error(failed.flatMap(({ lines }) => lines).join('\n'));
}

function service(name: string, region = 'us-central1'): Promise<Service> {
  return gcloud.json<Service>('run', 'services', 'describe', name, `--region=${region}`);
}

/** The service as gcloud lists it. Throws when it is not in that region. */
function documentedService(name: string, region = 'us-central1'): Service {
  const found = listed.get(name);
  if (found?.metadata.labels?.['cloud.googleapis.com/location'] === region) return found;
  throw new Error(`no ${name} in ${region} among ${[...listed.keys()].join(', ')}`);
}

function jobOf(name: string): Promise<Job> {
  return gcloud.json<Job>('run', 'jobs', 'describe', name, '--region=us-central1');
}

async function revisions(name: string): Promise<readonly string[]> {
  const found = await gcloud.json<{ metadata: Meta }[]>(
    ...['run', 'revisions', 'list', `--service=${name}`, '--region=us-central1'],
  );
  return found.map(({ metadata }) => metadata.name);
}

function podOf(found: Service | Job): Pod {
  const { spec } = found.spec.template;
  return 'template' in spec ? spec.template.spec : spec;
}

function container(found: Service | Job): Container {
  const [first] = podOf(found).containers;
  if (!first) throw new Error(`${found.metadata.name} has no container`);
  return first;
}

function values(found: Service | Job): Record<string, string | undefined> {
  const plain = (container(found).env ?? []).filter(({ valueFrom }) => !valueFrom);
  return Object.fromEntries(plain.map(({ name, value }) => [name, value]));
}

/** `secret:version` by variable. */
function secretVariables(found: Service | Job): Record<string, string> {
  return Object.fromEntries(
    (container(found).env ?? []).flatMap(({ name, valueFrom }) =>
      valueFrom ? [[name, `${valueFrom.secretKeyRef.name}:${valueFrom.secretKeyRef.key}`]] : [],
    ),
  );
}

/** `secret:version` by path of the file. */
function secretFiles(found: Service | Job): Record<string, string> {
  return Object.fromEntries(
    (container(found).volumeMounts ?? []).flatMap(({ name, mountPath }) => {
      const secret = podOf(found).volumes?.find((volume) => volume.name === name)?.secret;
      return (secret?.items ?? []).map(({ path, key }) => [
        `${mountPath}/${path}`,
        `${secret?.secretName}:${key}`,
      ]);
    }),
  );
}

/** Labels that people or deploy-cloudrun give; Google's own have a name with a dot. */
function labels(
  found: { readonly metadata: Meta } | { readonly template: { readonly metadata: Meta } },
): Values {
  const { labels: all = {} } = 'metadata' in found ? found.metadata : found.template.metadata;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes('.')));
}

/** Percent by revision, and tags by revision. */
function traffic({ status }: Service): { percent: Record<string, number>; tags: Record<string, string> } {
  return {
    percent: Object.fromEntries(
      status.traffic.flatMap(({ revisionName, percent }) => (percent ? [[revisionName, percent]] : [])),
    ),
    tags: Object.fromEntries(
      status.traffic.flatMap(({ revisionName, tag }) => (tag ? [[tag, revisionName]] : [])),
    ),
  };
}

function outputs(run: WorkflowRun, job: string, step = 'deploy'): Values {
  const { lines, steps } = run.job(job);
  const found = steps.find(({ id }) => id === step);
  if (found?.result !== 'success') throw new Error(lines.join('\n'));
  return found.outputs;
}

const ownLabels = { 'managed-by': 'github-actions', 'commit-sha': commit };
const firstLabels = { label1: 'value1', label2: 'value2' };
const firstValues = { FOO: 'bar', ZIP: 'zap,with|separators,and&stuff' };
const firstSecrets = { MY_SECRET: 'my-secret:latest', MY_SECOND_SECRET: 'my-secret:1' };
const file = { '/api/secrets/my-secret': 'my-secret:latest' };

gcloudTest.each(['image', 'source'] as const)('I1, a service from %s', (name) => {
  const found = between[name];
  expect(values(found)).toEqual(firstValues);
  expect(secretVariables(found)).toEqual(firstSecrets);
  expect(container(found).resources.limits).toMatchObject({ cpu: '2' });
  expect(podOf(found).containerConcurrency).toBe(20);
  expect(labels(found)).toEqual(firstLabels);
  expect(labels(found.spec)).toEqual(firstLabels);
  if (name === 'source') {
    expect(container(found).image).toMatch(
      /^us-central1-docker\.pkg\.dev\/acme-drop-in\/cloud-run-source-deploy\/integration-source@sha256:/,
    );
  }
});

gcloudTest.each(['image', 'source'] as const)('I2, the service from %s again', async (name) => {
  const [found, all] = await Promise.all([service(`integration-${name}`), revisions(`integration-${name}`)]);
  expect(values(found)).toEqual({ ABC: '123', DEF: '456' });
  expect(secretVariables(found)).toEqual({});
  expect(secretFiles(found)).toEqual(file);
  expect(container(found).resources.limits).toMatchObject({ cpu: '2' });
  expect(podOf(found).containerConcurrency).toBe(20);
  expect(labels(found.spec)).toEqual({ ...firstLabels, ...ownLabels });
  expect(traffic(found)).toEqual({ percent: { [found.status.latestReadyRevisionName]: 100 }, tags: {} });
  expect(all).toHaveLength(2);
  expect(outputs(again, `service from ${name}`).url).toBe(found.status.url);
});

gcloudTest('I3, metadata and then an image', async () => {
  const [found, all] = await Promise.all([
    service('integration-metadata'),
    revisions('integration-metadata'),
  ]);
  expect(labels(between.metadata.spec)).toMatchObject({ test_label: 'test_value' });
  for (const one of [between.metadata, found]) {
    expect(container(one)).toMatchObject({
      image: 'us-docker.pkg.dev/cloudrun/container/hello:latest',
      ports: [{ containerPort: 8080 }],
      resources: { limits: { cpu: '2', memory: '1Gi' } },
    });
    expect(podOf(one)).toMatchObject({ containerConcurrency: 20, timeoutSeconds: 300 });
    expect(one.spec.template.metadata.annotations).toMatchObject({
      'run.googleapis.com/cloudsql-instances': `${project}:us-central1:db`,
    });
  }
  expect(all).toHaveLength(2);
  expect(traffic(found).percent).toEqual({ [found.status.latestReadyRevisionName]: 100 });
});

gcloudTest('I4, a job and the job again', async () => {
  const first = between.job;
  expect(values(first)).toEqual(firstValues);
  expect(secretVariables(first)).toEqual(firstSecrets);
  expect(container(first).resources.limits).toMatchObject({ cpu: '2' });
  expect(labels(first.spec)).toEqual(firstLabels);
  const [found, executions] = await Promise.all([
    jobOf('integration-job'),
    gcloud.json<object[]>(
      'run',
      'jobs',
      'executions',
      'list',
      '--job=integration-job',
      '--region=us-central1',
    ),
  ]);
  expect(values(found)).toEqual({ ABC: '123', DEF: '456' });
  expect(secretVariables(found)).toEqual({});
  expect(secretFiles(found)).toEqual(file);
  expect(labels(found.spec)).toEqual({ ...firstLabels, ...ownLabels });
  expect(executions).toEqual([]);
});

gcloudTest.each([
  ['usage', 'us-docker.pkg.dev/cloudrun/container/hello:latest'],
  ['quickstart', 'gcr.io/cloudrun/hello'],
  ['docker', `us-central1-docker.pkg.dev/${project}/apps/documented-docker:${commit}`],
] as const)('documented: %s', (job, image) => {
  const found = documentedService(`documented-${job}`);
  expect(container(found).image).toBe(image);
  expect(labels(found.spec)).toEqual(ownLabels);
  expect(outputs(documented, job).url).toBe(found.status.url);
  expect(documented.job(job).lines).toContain(`deployed to ${found.status.url}`);
});

gcloudTest.each([
  ['fully-qualified', 'documented-qualified', 'europe-west1'],
  ['region', 'documented-region', 'us-east1'],
] as const)('documented: %s', (job, name, region) => {
  expect(documentedService(name, region).status.url).toBe(outputs(documented, job).url);
});

gcloudTest('documented: env-vars', () => {
  outputs(documented, 'env-vars');
  expect(values(documentedService('documented-env-vars'))).toEqual({
    FRUIT: 'apple',
    SENTENCE: '" this will retain leading and trailing spaces "',
  });
});

gcloudTest('documented: env-vars-file', () => {
  outputs(documented, 'env-vars-file');
  expect(values(documentedService('documented-env-vars-file'))).toEqual({
    NAME: 'somebody else',
    EMAILS: 'foo@bar.com,zip@zap.com',
  });
});

gcloudTest('documented: secrets', () => {
  outputs(documented, 'secrets');
  const found = documentedService('documented-secrets');
  expect(values(found)).toEqual({});
  expect(secretVariables(found)).toEqual({ KEY1: 'secret-key-1:latest' });
  expect(secretFiles(found)).toEqual({ '/secrets/api/key': 'secret-key-2:latest' });
});

gcloudTest.each([
  ['labels', { labela: 'my-label', labelb: 'my-other-label', ...ownLabels }],
  ['skip-default-labels', {}],
] as const)('documented: %s', (job, wanted) => {
  outputs(documented, job);
  const found = documentedService(`documented-${job}`);
  expect(labels(found.spec)).toEqual(wanted);
  expect(labels(found)).toEqual(wanted);
});

gcloudTest('documented: suffix', () => {
  expect(documentedService('documented-suffix').status.latestReadyRevisionName).toBe('documented-suffix-v1');
  expect(outputs(documented, 'suffix').revision).toBe('documented-suffix-v1');
});

gcloudTest('documented: timeout', () => {
  outputs(documented, 'timeout');
  expect(podOf(documentedService('documented-timeout')).timeoutSeconds).toBe(605);
});

gcloudTest('documented: flags', () => {
  outputs(documented, 'flags');
  const found = documentedService('documented-flags');
  expect(container(found).args).toEqual(['-X=123']);
  expect(found.spec.template.metadata.annotations).toMatchObject({
    'run.googleapis.com/cloudsql-instances': `${project}:us-central1:db`,
  });
});

gcloudTest('documented: traffic', () => {
  const found = documentedService('documented-traffic');
  const revision = (name: string) => `documented-traffic-${name}`;
  expect(traffic(found)).toEqual({
    percent: { [revision('next')]: 25, [revision('my-revision')]: 75 },
    tags: { 'my-tag': revision('next'), stable: revision('my-revision') },
  });
  const tagged = found.status.traffic.find(({ tag }) => tag === 'my-tag');
  expect(outputs(documented, 'traffic', 'candidate').url).toBe(tagged?.url);
  for (const step of ['first', 'split', 'by-revision'])
    expect(outputs(documented, 'traffic', step).url).toBe(found.status.url);
});

gcloudTest('documented: traffic-to-latest', () => {
  outputs(documented, 'traffic-to-latest', 'latest');
  const found = documentedService('documented-latest');
  expect(traffic(found)).toEqual({ percent: { 'documented-latest-three': 100 }, tags: {} });
  expect(found.spec.traffic).toEqual([{ latestRevision: true, percent: 100 }]);
});

gcloudTest('documented: gcloud', () => {
  expect(documentedService('documented-gcloud').status.url).toBe(outputs(documented, 'gcloud').url);
  const said = documented.job('gcloud').annotations.map(({ message }) => message);
  expect(said.join()).toContain('gcloud_version has no effect');
});

gcloudTest.each(['metadata', 'declarative'] as const)('documented: %s', (job) => {
  const found = documentedService(`documented-${job}`);
  expect(container(found).image).toBe('us-docker.pkg.dev/cloudrun/container/hello');
  expect(outputs(documented, job).url).toBe(found.status.url);
});

gcloudTest('documented: source', () => {
  const found = documentedService('documented-source');
  expect(outputs(documented, 'source')).toMatchObject({
    url: found.status.url,
    image: container(found).image,
  });
});

gcloudTest.each(['job', 'job-wait'] as const)('documented: %s', async (job) => {
  expect(outputs(documented, job).url).toBe('');
  const executions = await gcloud.json<{ status: { succeededCount?: number } }[]>(
    ...['run', 'jobs', 'executions', 'list', `--job=documented-${job}`, '--region=us-central1'],
  );
  expect(executions.map(({ status }) => status.succeededCount)).toEqual(job === 'job' ? [] : [1]);
});

gcloudTest('documented: a description that gcloud exports, changed and deployed again', async () => {
  const file = join(repository.folder, 'minimal.yaml');
  const described = await gcloud.ok(
    ...['run', 'services', 'describe', 'documented-metadata', '--region=us-central1', '--format=yaml'],
  );
  await writeFile(file, described.replace(/^( {6}timeoutSeconds): 300$/m, '$1: 77'));
  requireSuccess(await repository.run('exported'));
  expect(podOf(await service('documented-metadata')).timeoutSeconds).toBe(77);
  expect(await revisions('documented-metadata')).toHaveLength(2);
});
