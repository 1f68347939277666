import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addAnswer } from '../../src/emulator/endpoints/answers.ts';
import { Failure } from '../../src/lib/failure.ts';
import { actionRunner, admin, asAdmin } from '../support/action.ts';
import { commit, type DropInCloud, dropInCloud, dropInSeed, project, sample } from '../support/drop-in.ts';
import { noServer } from '../support/estate.ts';

const parent = `v2/projects/${project}/locations/us-central1`;
const fullName = `projects/${project}/locations/europe-west1`;
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
    await writeFile(join(cloud.workspace, 'app', '.gcloudignore'), 'node_modules\n');
    const other = await cloud.ok({ service: 'web', source: 'app' });
    expect(other.warnings.join()).toContain('.gcloudignore has no effect');
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

describe('traffic, tags and url', () => {
  test('without traffic and with a tag the old revision serves on, and url is that of the tag', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, tag: 'old-pr' });
    const before = await service(cloud, 'web');
    const run = await cloud.ok({
      service: 'web',
      image: sample,
      no_traffic: 'TRUE',
      tag: 'candidate',
      suffix: 'two',
    });
    const after = await service(cloud, 'web');
    const old = before.latestReadyRevision.split('/').at(-1);
    expect(after.traffic).toEqual([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: old, percent: 100 },
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: old, tag: 'old-pr' },
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'web-two', tag: 'candidate' },
    ]);
    const candidate = after.trafficStatuses.find(({ tag }) => tag === 'candidate')?.uri;
    expect(candidate).toContain('candidate---web');
    expect(run.outputs).toMatchObject({ url: candidate, revision: 'web-two', previous_revision: old });

    const split = await cloud.ok({ service: 'web', image: sample, tag_traffic: 'candidate=10' });
    expect(split.outputs.url).toBe(after.uri);
    expect((await service(cloud, 'web')).traffic.slice(0, 2)).toEqual([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'web-two', percent: 10 },
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: old, percent: 90 },
    ]);
    const stuck = await cloud.ok({ service: 'web', image: sample });
    expect(stuck.warnings.join()).toContain('gets no traffic');
  });

  test('the url is that of the tag of the input, and not of a tag in flags', async () => {
    await using cloud = await dropInCloud();
    const flagged = await cloud.ok({ service: 'web', image: sample, flags: '--tag=candidate' });
    expect(flagged.outputs.url).toBe((await service(cloud, 'web')).uri);
    const cleared = await cloud.ok({
      service: 'web',
      image: sample,
      tag: 'preview',
      revision_traffic: 'LATEST=100',
      update_traffic_flags: '--clear-tags',
    });
    expect(cleared.outputs.url).toBe(flagged.outputs.url);
  });

  test('tags are set before traffic is sent to them', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, suffix: 'one', tag: 'live' });
    await cloud.ok({
      service: 'web',
      image: sample,
      suffix: 'two',
      tag_traffic: 'live=100',
      update_traffic_flags: '--update-tags=live=web-two',
    });
    const { traffic } = await service(cloud, 'web');
    expect(traffic).toMatchObject([
      { revision: 'web-two', percent: 100 },
      { revision: 'web-two', tag: 'live' },
    ]);
  });

  test('the url of a deployment with traffic is the service’s, though another revision has a tag', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, tag: 'pr-1' });
    const run = await cloud.ok({ service: 'web', image: sample, revision_traffic: 'LATEST=100' });
    const now = await service(cloud, 'web');
    expect(run.outputs.url).toBe(now.uri);
    expect(now.uri).not.toContain('pr-1');
  });

  test('the revision that served before is the one with the traffic, and not the newest', async () => {
    await using cloud = await dropInCloud();
    const first = await cloud.ok({ service: 'web', image: sample });
    await cloud.ok({ service: 'web', image: sample, no_traffic: 'true', env_vars: 'A=1' });
    const third = await cloud.ok({ service: 'web', image: sample, revision_traffic: 'LATEST=100' });
    expect(third.outputs.previous_revision).toBe(first.outputs.revision);
    const broken = `us-central1-docker.pkg.dev/${project}/apps/web:broken`;
    const failed = await cloud.deploy({ service: 'web', image: broken });
    expect(failed.said).toContain(`What served before (${third.outputs.revision}) goes on serving.`);
  });

  test('the same revision by the same name is no change', async () => {
    await using cloud = await dropInCloud();
    const again = { service: 'web', image: sample, suffix: 'v1' };
    expect((await cloud.ok(again)).outputs.changed).toBe(true);
    expect((await cloud.ok(again)).outputs.changed).toBe(false);
    expect((await cloud.ok({ service: 'web', image: sample })).outputs.changed).toBe(true);
  });

  test('a service that somebody deletes while it is deployed: the failure says so', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample });
    cloud.emulator.faults.add({ method: 'PATCH', path: '/services/web', status: 404 });
    const run = await cloud.deploy({ service: 'web', image: sample });
    expect(run.failure).toMatchObject({ code: 'CONCURRENT_CHANGE' });
    expect(run.said).toContain('Somebody deleted web while it was deployed.');
  });

  test('traffic is directed again when somebody else wrote in between', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample });
    const conflict = { method: 'PATCH', path: '/services/web', nth: 2, status: 409 };
    cloud.emulator.faults.add(conflict);
    const run = await cloud.ok({ service: 'web', image: sample, revision_traffic: 'LATEST=100' });
    expect(run.writes.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
    expect((await service(cloud, 'web')).traffic).toMatchObject([{ percent: 100 }]);
  });

  test('no_traffic on a new service deploys it and says that its first revision serves', async () => {
    await using cloud = await dropInCloud();
    const run = await cloud.ok({ service: 'web', image: sample, no_traffic: 'true' });
    expect(run.warnings.join()).toContain('only revision serves');
  });

  test('a suffix that is taken is refused with what to give instead, and nothing is tried again', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, suffix: 'one' });
    const run = await cloud.deploy({ service: 'web', image: sample, suffix: 'one', env_vars: 'A=1' });
    expect(run.failure).toMatchObject({
      code: 'REVISION_NAME_TAKEN',
      message: expect.stringContaining('web-one'),
      next: expect.stringContaining('another suffix than one'),
    });
    expect(run.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });
});

describe('what deploy-cloudrun gets wrong', () => {
  test('a key changes from a variable to a secret and back', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, env_vars: 'KEY=plain' });
    await cloud.ok({ service: 'web', image: sample, secrets: 'KEY=my-secret:1' });
    expect(secretVariables((await service(cloud, 'web')).template)).toEqual({ KEY: 'my-secret:1' });
    await cloud.ok({ service: 'web', image: sample, env_vars: 'KEY=again' });
    expect(values((await service(cloud, 'web')).template)).toEqual({ KEY: 'again' });
  });

  test('values never reach the log, whatever fails', async () => {
    await using cloud = await dropInCloud();
    const runs = [
      await cloud.deploy({ service: 'web', image: sample, env_vars: 'KEY=hunter2,"part":"hunter2"' }),
      await cloud.deploy({
        service: 'web',
        image: 'us-docker.pkg.dev/acme-drop-in/no/image',
        env_vars: 'KEY=hunter2',
      }),
      await cloud.deploy({ service: 'web', image: sample, env_vars: '=hunter2', secrets: 'KEY=hunter2' }),
      await cloud.deploy({
        service: 'web',
        image: sample,
        flags: '--set-env-vars=hunter2 --cpu hunter2 --nope=hunter2',
      }),
      await cloud.deploy({ service: 'web', image: sample, env_vars: 'KEY=another hunter2' }),
      await cloud.deploy({ service: 'web', image: sample, env_vars: 'KEY=third hunter2', dry_run: 'true' }),
    ];
    expect(runs.map(({ failure }) => failure !== undefined)).toEqual([false, true, true, true, false, false]);
    expect(runs.slice(-2).map(({ said }) => said.includes('env KEY changed'))).toEqual([true, true]);
    for (const { said } of runs) expect(said).not.toContain('hunter2');
  });

  test('with value_syntax: quoted, commas and newlines survive and {} removes all', async () => {
    await using cloud = await dropInCloud();
    const value_syntax = 'quoted';
    await cloud.ok({
      service: 'web',
      image: sample,
      value_syntax,
      env_vars: `A="x,y"\n# a comment, with a comma\nPEM='-----BEGIN\nabc\n-----END',CFG='{"a":1,"b":2}'`,
    });
    expect(values((await service(cloud, 'web')).template)).toEqual({
      A: 'x,y',
      PEM: '-----BEGIN\nabc\n-----END',
      CFG: '{"a":1,"b":2}',
    });
    await cloud.ok({ service: 'web', image: sample, value_syntax, env_vars: '{}' });
    expect(values((await service(cloud, 'web')).template)).toEqual({});
  });

  test('env_vars_file is read, and env_vars wins over it', async () => {
    await using cloud = await dropInCloud();
    await writeFile(join(cloud.workspace, 'env.yaml'), "A: 'one, two'\nB: true\n");
    await writeFile(
      join(cloud.workspace, 'env.txt'),
      '# note\nA=x,y\nOLD=x\\,y\nPATHS=C:\\Users\nQUOTED="a b"\n',
    );
    await cloud.ok({ service: 'web', image: sample, env_vars_file: 'env.yaml', env_vars: 'B=false' });
    expect(values((await service(cloud, 'web')).template)).toEqual({ A: 'one, two', B: 'false' });
    await cloud.ok({ service: 'lines', image: sample, env_vars_file: 'env.txt' });
    expect(values((await service(cloud, 'lines')).template)).toEqual({
      A: 'x,y',
      OLD: 'x,y',
      PATHS: 'C:\\Users',
      QUOTED: 'a b',
    });
  });

  test('what a comma cuts off a value is not shown, though it looks like a name', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample });
    for (const env_vars of ['PASSWORD=one,hunter2', 'PASSWORD="one,hunter2"', 'PASSWORD=one,"hunter2=1']) {
      const run = await cloud.ok({ service: 'web', image: sample, env_vars });
      expect(run.said).toContain('env PASSWORD');
      expect(run.said).not.toContain('hunter2');
    }
  });

  test('several regions are deployed to, and that one fails keeps no other from being deployed', async () => {
    await using cloud = await dropInCloud();
    const run = await cloud.ok({ service: 'web', image: sample, region: 'us-central1, europe-west1' });
    const [here, there] = await Promise.all([service(cloud, 'web'), service(cloud, 'web', 'europe-west1')]);
    expect(run.outputs.url).toBe(here.uri);
    expect(JSON.parse(String(run.outputs.metadata)).workloads).toMatchObject([
      { region: 'us-central1', url: here.uri },
      { region: 'europe-west1', url: there.uri },
    ]);
    await cloud.ok({ service: 'web', image: sample, region: 'europe-west1', suffix: 'two' });
    const half = await cloud.deploy({
      service: 'web',
      image: sample,
      region: 'us-central1,europe-west1',
      suffix: 'two',
      env_vars: 'A=1',
    });
    expect(half.failure).toMatchObject({ code: 'REGIONS_FAILED' });
    expect(String(half.failure)).toContain(
      'europe-west1 failed, of 2 regions: europe-west1: There is a revision',
    );
    expect((await service(cloud, 'web')).latestReadyRevision).toMatch(/web-two$/);
  });

  test('what a container writes cannot act on the terminal', async () => {
    await using cloud = await dropInCloud();
    const start = { exitCode: 1, log: ['before that', '\u001b[31mred\u0007 and \u009b2Jgone'] };
    addAnswer(cloud.emulator.cloud, { service: 'web', start });
    const { said } = await cloud.deploy({ service: 'web', image: sample });
    expect(said).toContain('[31mred and 2Jgone');
    expect(said.indexOf('before that')).toBeLessThan(said.indexOf('[31mred'));
  });

  test('a log that may not be read does not hide what failed', async () => {
    await using cloud = await dropInCloud();
    cloud.emulator.faults.add({ path: '/entries:list', status: 403, times: Number.POSITIVE_INFINITY });
    const image = `us-central1-docker.pkg.dev/${project}/apps/web:broken`;
    const run = await cloud.deploy({ service: 'web', image });
    expect(run.failure).toMatchObject({ code: 'REVISION_FAILED' });
    expect(run.said).toContain('its log cannot be read');
  });

  test('a failed revision comes with its log, and the one before serves on', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample });
    const image = `us-central1-docker.pkg.dev/${project}/apps/web:broken`;
    const run = await cloud.deploy({ service: 'web', image });
    expect(run.failure).toMatchObject({ code: 'REVISION_FAILED' });
    expect(String(run.failure)).toContain('goes on serving');
  });
});

describe('the examples of deploy-cloudrun’s documentation', () => {
  test('secrets with comments between them', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({
      service: 'web',
      image: sample,
      secrets: `# As an environment variable:
KEY1=my-secret:latest

# As a volume mount:
/secrets/api/key=my-secret:1
`,
    });
    const { template } = await service(cloud, 'web');
    expect(secretVariables(template)).toEqual({ KEY1: 'my-secret:latest' });
    expect(secretFiles(template)).toEqual({ '/secrets/api/key': 'my-secret:1' });
  });

  test('variables with escapes, a fully qualified service, labels over the default ones', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({
      service: `projects/${project}/locations/europe-west1/services/web`,
      project_id: '',
      image: sample,
      env_vars: 'FRUIT=apple\nSENTENCE=" this will retain leading and trailing spaces "\nLIST=a\\,b',
      labels: 'foo=bar,commit-sha=mine',
      timeout: '55m12s',
      gcloud_component: 'beta',
      gcloud_version: '290.0.1',
    });
    const { template } = await service(cloud, 'web', 'europe-west1');
    expect(values(template)).toEqual({
      FRUIT: 'apple',
      SENTENCE: '" this will retain leading and trailing spaces "',
      LIST: 'a,b',
    });
    expect(template.labels).toEqual({ foo: 'bar', 'managed-by': 'github-actions', 'commit-sha': 'mine' });
    expect(template.timeout).toBe('3312s');
  });

  test('traffic without a service, and all else that cannot be, is refused before anything is sent', async () => {
    await using cloud = await dropInCloud();
    const cases: [Record<string, string>, string][] = [
      [{ image: sample, revision_traffic: 'LATEST=100' }, 'no service name set'],
      [
        { service: 'web', image: sample, tag_traffic: 'a=1', revision_traffic: 'b=1' },
        'only one of `revision_traffic`',
      ],
      [{ service: 'web', image: sample, source: '.' }, 'only one of `source` and `image`'],
      [{ service: 'web', job: 'web', image: sample }, 'only one of `service` and `job`'],
      [{ service: 'web' }, '`image` or `source` is required'],
      [{ service: 'web', source: '.' }, 'no Dockerfile'],
      [{ service: 'web', source: '.', dry_run: 'true' }, 'no Dockerfile'],
      [
        { service: 'web', image: sample, env_vars_update_strategy: 'replace' },
        'must be one of merge, overwrite',
      ],
      [{ service: 'web', image: sample, wait: 'yes' }, 'must be true or false'],
      [{ service: 'web', image: sample, secrets: 'A=1', env_vars: 'A=1' }, 'does not name a secret'],
      [{ service: 'web', image: sample, secrets: '/a/x=one:1,/a/y=two:1' }, 'one secret alone'],
      [
        { service: 'web', image: sample, secrets: 'A=one:1', env_vars: 'A=1' },
        'A is in env_vars and in secrets',
      ],
      [{ service: 'web', image: sample, region: 'mars' }, 'region "mars" is not a region'],
      [{ service: 'web', image: sample, flags: '--cup=2' }, 'did you mean --cpu?'],
      [{ metadata: 'none.yaml' }, 'cannot be read'],
      [{ service: 's'.repeat(50), image: sample }, 'has 50 characters; at most 49 are possible'],
      [{ service: 'web', image: sample, suffix: 'V_1' }, 'suffix "V_1" may hold'],
      [{ service: 'web', image: sample, flags: '--revision-suffix=-a' }, 'suffix "-a" may hold'],
      [
        { service: 'web', image: sample, suffix: 'x'.repeat(60) },
        'with web- before it at most 59 are possible',
      ],
      [{ service: 'web', image: sample, tag: 'PR_1' }, 'tag "PR_1" is no tag'],
      [{ service: 'web', image: sample, env_vars: 'PORT=80' }, 'Cloud Run sets PORT itself'],
      [{ service: 'web', image: sample, secrets: 'K_SERVICE=a:1' }, 'Cloud Run sets K_SERVICE itself'],
      [{ service: 'web', image: sample, labels: 'team=Shop Floor' }, 'labels: "team" and its value may hold'],
      [
        { service: 'web', image: sample, env_vars: 'A=1', flags: '--set-env-vars=B=2' },
        '--set-env-vars cannot be given together with env_vars',
      ],
      [
        { service: 'web', image: sample, secrets: 'A=s:1', flags: '--update-env-vars=A=2' },
        'A is in secrets and in --update-env-vars',
      ],
      [
        { service: 'web', image: sample, revision_traffic: 'a=1', update_traffic_flags: '--to-tags=a=1' },
        '--to-tags does not go together with revision_traffic',
      ],
      [{ service: `${fullName}/services/web`, image: sample, region: 'us-east1' }, 'region says us-east1'],
      [
        { service: `${fullName}/services/web`, image: sample, flags: '--project=other' },
        `the name is of the project ${project}, and project_id says other`,
      ],
      [{ job: `${fullName}/services/web`, image: sample }, 'is no name'],
      [{ service: `projects/${project}/services/web`, image: sample }, 'is no name'],
    ];
    for (const [inputs, text] of cases) {
      const run = await cloud.deploy(inputs);
      expect(run.said).toContain(text);
      expect(run.failure).toBeInstanceOf(Failure);
      expect(run.requests).toEqual([]);
    }
  });

  const aService = `kind: Service\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ image: ${sample} }] } } }\n`;

  test.each<[string, string, Record<string, string>, string]>([
    [
      'of another name',
      'kind: Service\nmetadata: { name: other }\n',
      { service: 'web' },
      'service name in run.yaml ("other") does not match the input service ("web")',
    ],
    ['of another kind', 'kind: Pod\nmetadata: { name: web }\n', {}, 'unknown metadata type "Pod"'],
    ['without a name', 'kind: Service\n', {}, "missing 'metadata.name'"],
    ['with a number for a name', 'kind: Service\nmetadata: { name: 12 }\n', {}, 'metadata.name is no text'],
    [
      'with a name that is none',
      'kind: Job\nmetadata: { name: A_b }\n',
      {},
      'metadata.name "A_b" is no name',
    ],
    ['that is empty', '', {}, 'is not a YAML map'],
    ['that is no YAML', 'kind: [', {}, 'cannot be read'],
    [
      'of several documents',
      `${aService}---\n${aService}`,
      {},
      'several documents, and one step deploys one',
    ],
    [
      'with an expression that nobody evaluated',
      aService.replace(sample, `"\${{ env.IMAGE }}"`),
      {},
      "an expression of GitHub's in line 3",
    ],
    [
      'of a job, with traffic',
      'kind: Job\nmetadata: { name: web }\n',
      { service: 'web', revision_traffic: 'LATEST=100' },
      'is a Job, which has no traffic',
    ],
    [
      'of a worker pool, with traffic',
      'kind: WorkerPool\nmetadata: { name: web }\n',
      { tag_traffic: 'a=1' },
      'is a WorkerPool, which has no traffic',
    ],
    [
      'with a flag that it says itself',
      aService,
      { flags: '--cpu=2' },
      '--cpu has no effect on a metadata file',
    ],
  ])('a metadata file %s is refused before anything is sent', async (_what, text, inputs, problem) => {
    await using cloud = await dropInCloud();
    await writeFile(join(cloud.workspace, 'run.yaml'), text);
    const run = await cloud.deploy({ metadata: 'run.yaml', ...inputs });
    expect(run.failure).toBeInstanceOf(Failure);
    expect(run.said).toContain('inputs have 1 problem');
    expect(run.said).toContain(problem);
    expect(run.requests).toEqual([]);
  });

  test('what Google finds wrong in a metadata file is told, field by field', async () => {
    await using cloud = await dropInCloud();
    await writeFile(join(cloud.workspace, 'run.yaml'), aService);
    const run = await cloud.deploy({ metadata: 'run.yaml' });
    expect(run.said).toContain('api_version: must be "serving.knative.dev/v1"');
    expect(run.writes).toEqual([]);
  });

  test('metadata of a job and of a worker pool', async () => {
    await using cloud = await dropInCloud();
    const container = `{ containers: [{ image: ${sample} }] }`;
    await writeFile(
      join(cloud.workspace, 'job.yaml'),
      `apiVersion: run.googleapis.com/v1\nkind: Job\nmetadata: { name: nightly }\nspec: { template: { spec: { template: { spec: ${container} } } } }\n`,
    );
    await writeFile(
      join(cloud.workspace, 'pool.yaml'),
      `apiVersion: run.googleapis.com/v1\nkind: WorkerPool\nmetadata: { name: pool, annotations: { run.googleapis.com/launch-stage: BETA } }\nspec: { template: { spec: ${container} } }\n`,
    );
    expect((await cloud.ok({ metadata: 'job.yaml' })).outputs.url).toBe('');
    const pool = await cloud.ok({ metadata: 'pool.yaml' });
    expect(pool.outputs.worker_revision).toMatch(/^pool-/);
    await expect(cloud.get<Job>(`${parent}/jobs/nightly`)).resolves.toMatchObject({
      template: { template: { containers: [{ image: sample }] } },
    });
  });
  test('a described service names the revision there is, and the file is refused with what to take out of it', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample });
    const described = await cloud.get<{ spec: { template: { metadata: { name: string }; spec: object } } }>(
      `${knative}/web`,
    );
    const { template } = described.spec;
    const changed = { ...template, spec: { ...template.spec, timeoutSeconds: 77 } };
    const file = { ...described, spec: { ...described.spec, template: changed } };
    await writeFile(join(cloud.workspace, 'web.yaml'), JSON.stringify(file));
    const run = await cloud.deploy({ metadata: 'web.yaml' });
    expect(run.failure).toMatchObject({ code: 'REVISION_NAME_TAKEN' });
    expect(run.said).toContain(template.metadata.name);
    expect(run.said).toContain('Take spec.template.metadata.name out of the file');
    const unnamed = { ...file, spec: { ...file.spec, template: { ...changed, metadata: {} } } };
    await writeFile(join(cloud.workspace, 'web.yaml'), JSON.stringify(unnamed));
    await cloud.ok({ metadata: 'web.yaml' });
    expect((await service(cloud, 'web')).template.timeout).toBe('77s');
  });

  test('metadata of a worker pool that does not stay up: with what its container wrote', async () => {
    await using cloud = await dropInCloud();
    await cloud.call('POST', '_emulator/answers', {
      workerPool: 'pool',
      start: { exitCode: 1, log: ["ModuleNotFoundError: No module named 'shop'"] },
    });
    await writeFile(
      join(cloud.workspace, 'pool.yaml'),
      `apiVersion: run.googleapis.com/v1\nkind: WorkerPool\nmetadata: { name: pool, annotations: { run.googleapis.com/launch-stage: BETA } }\nspec: { template: { spec: { containers: [{ image: ${sample} }] } } }\n`,
    );
    const run = await cloud.deploy({ metadata: 'pool.yaml' });
    expect(run.failure).toMatchObject({ code: 'REVISION_FAILED' });
    expect(run.said).toContain("ModuleNotFoundError: No module named 'shop'");
  });
});

describe('jobs and dry runs', () => {
  test('wait runs the job and a failing one fails the step', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({
      job: 'nightly',
      image: sample,
      wait: 'true',
      flags: '--max-retries=0 --task-timeout=10m',
    });
    const { executions } = await cloud.get<{ executions: object[] }>(`${parent}/jobs/nightly/executions`);
    expect(executions).toHaveLength(1);
    const failed = await cloud.deploy({
      job: 'nightly',
      image: sample,
      wait: 'true',
      env_vars: 'EMULATOR_EXIT_CODE=3,EMULATOR_LOG=the disk is full',
    });
    expect(failed.failure).toMatchObject({ code: 'EXECUTION_FAILED', details: ['the disk is full'] });
    expect(String(failed.failure)).toContain('exit code: 3');
  });

  test('a dry run names what would change and writes nothing', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, env_vars: 'A=1' });
    const run = await cloud.ok({ service: 'web', image: `${sample}:v2`, env_vars: 'B=2', dry_run: 'true' });
    expect(run.writes).toEqual([]);
    expect(run.said).toContain('env B added');
    expect(run.said).toContain(`image ${sample} → ${sample}:v2`);
  });
});

test('flags are mapped to fields, each on the service that it would change', async () => {
  await using cloud = await dropInCloud();
  await cloud.ok({
    service: 'web',
    image: sample,
    flags: [
      '--cpu=2 --memory 1Gi --concurrency=40 --min-instances=1 --max-instances 5 --port=9000 --timeout=5m',
      '--no-cpu-throttling --session-affinity --execution-environment=gen2 --ingress=internal --allow-unauthenticated',
      '--command="python" --args="-c","print(1, 2)" --update-env-vars=^@^A=1,2@B=3 --description="A web site"',
      '--startup-probe=httpGet.path=/ready,httpGet.port=9000,periodSeconds=5 --quiet --platform managed',
    ].join('\n'),
  });
  expect(await service(cloud, 'web')).toMatchObject({
    ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    description: 'A web site',
    template: {
      timeout: '300s',
      maxInstanceRequestConcurrency: 40,
      sessionAffinity: true,
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      scaling: { minInstanceCount: 1, maxInstanceCount: 5 },
      containers: [
        {
          command: ['python'],
          args: ['-c', 'print(1, 2)'],
          ports: [{ containerPort: 9000 }],
          resources: { limits: { cpu: '2', memory: '1Gi' }, startupCpuBoost: true },
          startupProbe: { httpGet: { path: '/ready', port: 9000 }, periodSeconds: 5 },
          env: [
            { name: 'A', value: '1,2' },
            { name: 'B', value: '3' },
          ],
        },
      ],
    },
  });
  const policy = await cloud.get<{ bindings: object[] }>(`${parent}/services/web:getIamPolicy`);
  expect(policy.bindings).toEqual([{ role: 'roles/run.invoker', members: ['allUsers'] }]);
});

test('--allow-unauthenticated lets everybody call, --no- takes that back, and other callers stay', async () => {
  await using cloud = await dropInCloud();
  const policy = `${parent}/services/web`;
  const callers = async (): Promise<readonly string[]> => {
    const { bindings = [] } = await cloud.get<{ bindings?: { role: string; members: string[] }[] }>(
      `${policy}:getIamPolicy`,
    );
    return bindings.flatMap(({ role, members }) => members.map((member) => `${role} ${member}`)).sort();
  };
  await cloud.ok({ service: 'web', image: sample, flags: '--allow-unauthenticated' });
  expect(await callers()).toEqual(['roles/run.invoker allUsers']);
  const other = { role: 'roles/run.invoker', members: [`user:${admin}`, 'allUsers'] };
  await cloud.call('POST', `${policy}:setIamPolicy`, { policy: { bindings: [other] } });
  await cloud.ok({ service: 'web', image: sample });
  expect(await callers()).toContain('roles/run.invoker allUsers');
  await cloud.ok({ service: 'web', image: sample, flags: '--no-allow-unauthenticated' });
  expect(await callers()).toEqual([`roles/run.invoker user:${admin}`]);
});

describe('answers that are lost', () => {
  const path = /\/services(\/web)?$/;

  test.each(['POST', 'PATCH'])('a %s whose effect is there makes no second revision', async (method) => {
    await using cloud = await dropInCloud();
    if (method === 'PATCH') await cloud.ok({ service: 'web', image: sample });
    const before = method === 'PATCH' ? 1 : 0;
    cloud.emulator.faults.add({ method, path, drop: 'after' });
    const run = await cloud.ok({ service: 'web', image: sample, env_vars: 'A=1' });
    expect(await revisions(cloud, 'web')).toHaveLength(before + 1);
    expect((await service(cloud, 'web')).latestReadyRevision).toContain(String(run.outputs.revision));
    // The first was lost, the second tells by its refusal that something is there, and a look what it is.
    const sent = run.requests.filter(({ method: sending, path: to }) => sending !== 'GET' && path.test(to));
    expect(sent).toHaveLength(2);
  });

  test('a PATCH whose answer is lost and whose revision does not start is a failure all the same', async () => {
    await using cloud = await dropInCloud();
    const first = await cloud.ok({ service: 'web', image: sample });
    cloud.emulator.faults.add({ method: 'PATCH', path, drop: 'after' });
    const image = `us-central1-docker.pkg.dev/${project}/apps/web:broken`;
    const run = await cloud.deploy({ service: 'web', image });
    expect(run.failure).toMatchObject({ code: 'REVISION_FAILED' });
    expect((await service(cloud, 'web')).latestReadyRevision).toContain(String(first.outputs.revision));
  });

  test('what somebody else changes between our look and our write stays', async () => {
    await using cloud = await dropInCloud();
    await cloud.ok({ service: 'web', image: sample, env_vars: 'MINE=1' });
    cloud.emulator.faults.add({ method: 'PATCH', path, stall: 300 });
    const ours = cloud.ok({ service: 'web', image: sample, env_vars: 'MINE=2' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    cloud.emulator.faults.clear();
    await cloud.ok({ service: 'web', image: sample, env_vars: 'THEIRS=1' });
    await ours;
    expect(values((await service(cloud, 'web')).template)).toEqual({ MINE: '2', THEIRS: '1' });
  });
});

describe('through the bundle', () => {
  test('the inputs of deploy-cloudrun are those of the step, and no value reaches the log', async () => {
    await using runner = await actionRunner('test/fixtures/walk', project, {
      postgres: noServer,
      projects: [dropInSeed()],
    });
    const step = { config: '', project_id: project, service: 'web', image: sample };
    const run = await runner.run('deploy-service', {
      ...step,
      env_vars: 'KEY="hunter2,hunter2"',
      value_syntax: 'quoted',
      flags: '--concurrency=7',
      wait: 'F',
    });
    expect(run.log).not.toContain('hunter2');
    expect(run.code).toBe(0);
    const { template, uri } = await asAdmin<Service>(runner, 'GET', `${parent}/services/web`);
    expect(values(template)).toEqual({ KEY: 'hunter2,hunter2' });
    expect(template.maxInstanceRequestConcurrency).toBe(7);
    expect(run.outputs.url).toBe(uri);
    const wrong = await runner.run('deploy-service', { ...step, env_vars: '=hunter2', flags: '--cup=2' });
    expect([wrong.code, wrong.requests]).toEqual([1, []]);
    expect(wrong.log).toContain('did you mean --cpu?');
    expect(wrong.log).not.toContain('hunter2');
  });
});
