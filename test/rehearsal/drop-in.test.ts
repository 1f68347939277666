import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commit, type DropInCloud, dropInCloud, project, sample } from '../support/drop-in.ts';

const parent = `v2/projects/${project}/locations/us-central1`;
const knative = `apis/serving.knative.dev/v1/namespaces/${project}/services`;

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueSource?: { readonly secretKeyRef: { readonly secret: string; readonly version: string } };
}

interface Task {
  readonly revision?: string;
  readonly timeout?: string;
  readonly maxInstanceRequestConcurrency?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly containers: readonly {
    readonly image: string;
    readonly env?: readonly Variable[];
    readonly resources: { readonly limits: Readonly<Record<string, string>>; readonly cpuIdle?: boolean };
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly secret?: {
      readonly secret: string;
      readonly items: readonly { readonly path: string; readonly version: string }[];
    };
  }[];
}

interface Service {
  readonly uri: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly template: Task;
  readonly traffic: readonly {
    readonly revision?: string;
    readonly percent?: number;
    readonly tag?: string;
  }[];
  readonly trafficStatuses: readonly { readonly tag?: string; readonly uri?: string }[];
  readonly latestReadyRevision: string;
}

interface Job {
  readonly labels: Readonly<Record<string, string>>;
  readonly template: { readonly labels: Readonly<Record<string, string>>; readonly template: Task };
}

/** Plain values by name. */
function values(task: Task): Record<string, string | undefined> {
  return Object.fromEntries(
    (task.containers[0]?.env ?? []).filter((one) => !one.valueSource).map((one) => [one.name, one.value]),
  );
}

/** `secret:version` by variable. */
function secretVariables(task: Task): Record<string, string> {
  return Object.fromEntries(
    (task.containers[0]?.env ?? []).flatMap(({ name, valueSource }) =>
      valueSource ? [[name, `${valueSource.secretKeyRef.secret}:${valueSource.secretKeyRef.version}`]] : [],
    ),
  );
}

/** `secret:version` by path of the file. */
function secretFiles(task: Task): Record<string, string> {
  return Object.fromEntries(
    (task.containers[0]?.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
      const secret = task.volumes?.find((volume) => volume.name === name)?.secret;
      return (secret?.items ?? []).map(({ path, version }) => [
        `${mountPath}/${path}`,
        `${secret?.secret}:${version}`,
      ]);
    }),
  );
}

function service(cloud: DropInCloud, name: string, region = 'us-central1'): Promise<Service> {
  return cloud.get(`v2/projects/${project}/locations/${region}/services/${name}`);
}

async function revisions(cloud: DropInCloud, name: string): Promise<readonly { readonly name: string }[]> {
  const { revisions = [] } = await cloud.get<{ revisions?: { name: string }[] }>(
    `${parent}/services/${name}/revisions`,
  );
  return revisions;
}

const first = {
  env_vars: 'FOO=bar\nZIP=zap\\,with|separators\\,and&stuff',
  secrets: 'MY_SECRET=my-secret:latest\nMY_SECOND_SECRET=my-secret:1',
  labels: 'label1=value1,label2=value2',
  skip_default_labels: 'true',
  flags: '--cpu=2 --concurrency=20',
};
const firstValues = { FOO: 'bar', ZIP: 'zap,with|separators,and&stuff' };
const firstSecrets = { MY_SECRET: 'my-secret:latest', MY_SECOND_SECRET: 'my-secret:1' };
const second = {
  env_vars: 'ABC=123,DEF=456',
  env_vars_update_strategy: 'overwrite',
  secrets: '/api/secrets/my-secret=my-secret:latest',
};

describe('the integration scenarios of deploy-cloudrun', () => {
  test('I1 and I2: a service from an image, then deployed again with everything overwritten', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, ...first });
    const one = await service(cloud, 'web');
    expect(values(one.template)).toEqual(firstValues);
    expect(secretVariables(one.template)).toEqual(firstSecrets);
    expect(one.template.containers[0]?.resources.limits).toMatchObject({ cpu: '2' });
    expect(one.template.maxInstanceRequestConcurrency).toBe(20);
    expect(one.template.labels).toEqual({ label1: 'value1', label2: 'value2' });
    expect(one.labels).toEqual({ label1: 'value1', label2: 'value2' });

    const again = await cloud.ok({
      service: 'web',
      image: sample,
      ...second,
      secrets_update_strategy: 'overwrite',
      revision_traffic: 'LATEST=100',
    });
    const two = await service(cloud, 'web');
    expect(values(two.template)).toEqual({ ABC: '123', DEF: '456' });
    expect(secretVariables(two.template)).toEqual({});
    expect(secretFiles(two.template)).toEqual({ '/api/secrets/my-secret': 'my-secret:latest' });
    expect(two.template.containers[0]?.resources.limits).toMatchObject({ cpu: '2' });
    expect(two.template.maxInstanceRequestConcurrency).toBe(20);
    expect(two.template.labels).toEqual({
      label1: 'value1',
      label2: 'value2',
      'managed-by': 'github-actions',
      'commit-sha': commit.toLowerCase(),
    });
    expect(two.traffic).toEqual([{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }]);
    expect(await revisions(cloud, 'web')).toHaveLength(2);
    expect(again.outputs).toMatchObject({
      url: two.uri,
      revision: two.latestReadyRevision.split('/').at(-1),
    });
  });

  test('I1 from source: the folder is built once and deployed by digest', async () => {
    await using cloud = await dropInCloud();
    await mkdir(join(cloud.workspace, 'app'));
    await writeFile(
      join(cloud.workspace, 'app', 'Dockerfile'),
      'FROM node:24-slim\nCOPY . .\nCMD ["node", "main.js"]\n',
    );
    await writeFile(join(cloud.workspace, 'app', 'main.js'), 'console.log("hello")\n');
    const run = await cloud.ok({ service: 'web', source: 'app', ...first });
    const one = await service(cloud, 'web');
    expect(one.template.containers[0]?.image).toMatch(
      /^us-central1-docker\.pkg\.dev\/acme-drop-in\/cloud-run-source-deploy\/web@sha256:[0-9a-f]{64}$/,
    );
    expect(values(one.template)).toEqual(firstValues);
    expect(run.outputs.image).toBe(one.template.containers[0]?.image);
    const again = await cloud.ok({ service: 'web', source: 'app' });
    expect(again.writes.filter(({ path }) => path.includes('/builds'))).toEqual([]);
  });

  test('I3: metadata goes through the Knative view, and a plain deployment of an image keeps what it says', async () => {
    await using cloud = await dropInCloud();
    await cloud.call('POST', `sql/v1beta4/projects/${project}/instances`, {
      name: 'db',
      region: 'us-central1',
      databaseVersion: 'POSTGRES_15',
      settings: { tier: 'db-f1-micro', edition: 'ENTERPRISE' },
    });
    await writeFile(
      join(cloud.workspace, 'service.yaml'),
      `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: web
spec:
  template:
    metadata:
      labels:
        test_label: test_value
      annotations:
        run.googleapis.com/cloudsql-instances: ${project}:us-central1:db
        autoscaling.knative.dev/maxScale: '3'
    spec:
      containerConcurrency: 20
      timeoutSeconds: 300
      containers:
        - image: ${sample}
          ports: [{ containerPort: 8080 }]
          resources: { limits: { cpu: '2', memory: 1Gi } }
`,
    );
    const run = await cloud.ok({ metadata: 'service.yaml' });
    const one = await service(cloud, 'web');
    expect(one.template.labels).toMatchObject({ test_label: 'test_value' });
    expect(run.outputs.url).toBe(one.uri);
    await cloud.ok({ service: 'web', image: sample, revision_traffic: 'LATEST=100' });
    const two = await service(cloud, 'web');
    expect(two.template.containers[0]?.resources.limits).toMatchObject({ cpu: '2', memory: '1Gi' });
    expect(two.template).toMatchObject({ maxInstanceRequestConcurrency: 20, timeout: '300s' });
    const seen = await cloud.get<{ spec: { template: { metadata: { annotations: object } } } }>(
      `${knative}/web`,
    );
    expect(seen.spec.template.metadata.annotations).toMatchObject({
      'run.googleapis.com/cloudsql-instances': `${project}:us-central1:db`,
      'autoscaling.knative.dev/maxScale': '3',
    });
    expect(await revisions(cloud, 'web')).toHaveLength(2);
  });

  test('I4: a job, then deployed again', async () => {
    await using cloud = await dropInCloud();
    const run = await cloud.ok({ job: 'nightly', image: sample, ...first, flags: '--cpu=2' });
    expect(run.outputs.url).toBe('');
    const one = await cloud.get<Job>(`${parent}/jobs/nightly`);
    expect(values(one.template.template)).toEqual(firstValues);
    expect(secretVariables(one.template.template)).toEqual(firstSecrets);
    expect(one.template.labels).toEqual({ label1: 'value1', label2: 'value2' });
    expect(one.template.template.containers[0]?.resources.limits).toMatchObject({ cpu: '2' });

    const again = await cloud.ok({ job: 'nightly', image: sample, ...second });
    expect(again.warnings.join()).toContain('secrets of a job are overwritten');
    const two = await cloud.get<Job>(`${parent}/jobs/nightly`);
    expect(values(two.template.template)).toEqual({ ABC: '123', DEF: '456' });
    expect(secretVariables(two.template.template)).toEqual({});
    expect(secretFiles(two.template.template)).toEqual({ '/api/secrets/my-secret': 'my-secret:latest' });
    expect(two.template.labels).toEqual({
      label1: 'value1',
      label2: 'value2',
      'managed-by': 'github-actions',
      'commit-sha': commit.toLowerCase(),
    });
    const executions = await cloud.get<{ executions?: unknown[] }>(`${parent}/jobs/nightly/executions`);
    expect(executions.executions ?? []).toEqual([]);
  });
});
