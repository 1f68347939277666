import { expect, test } from 'vitest';
import { outcomes } from '../../src/emulator/apis/run-outcome.ts';
import { build, grantOnProject, makeAccount, prefix, prepareBuilds } from '../support/emulated-builds.ts';
import { type Caller, project, refusal, type TestCloud, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const parent = `/v2/projects/${project.id}/locations/us-central1`;
const fullName = `projects/${project.id}/locations/us-central1/jobs/migrate`;
const path = `/v2/${fullName}`;
const account = `runtime@${project.id}.iam.gserviceaccount.com`;

async function prepared(options: Parameters<typeof testCloud>[0] = {}): Promise<TestCloud> {
  const cloud = await testCloud(options);
  await cloud.asOwner('POST', `/v1/projects/${project.number}/services/logging.googleapis.com:enable`, {});
  await prepareBuilds(cloud.asOwner);
  await build(cloud.asOwner, { Dockerfile: 'FROM python:3.12\nCOPY main.py .\n', 'main.py': '' });
  await makeAccount(cloud.asOwner, 'runtime');
  return cloud;
}

const job = (task: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) => ({
  template: {
    ...rest,
    template: {
      serviceAccount: account,
      containers: [{ image: `${prefix}/web:v1`, command: ['python', 'migrate.py'] }],
      ...task,
    },
  },
});
const create = (call: Caller, body: object, id = 'migrate') =>
  call('POST', `${parent}/jobs?jobId=${id}`, body);

interface Execution {
  name: string;
  conditions: { type: string; state: string; message?: string; executionReason?: string }[];
}
const latest = async (call: Caller): Promise<Execution & Record<string, unknown>> => {
  const { body } = await call('GET', `${path}/executions`);
  return (body.executions as unknown as (Execution & Record<string, unknown>)[])[0] as never;
};

test('a job gets Google’s defaults, becomes ready, and a PATCH replaces it', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const created = await create(call, { ...job(), labels: { app: 'shop' } });
  expect(created.body).toMatchObject({
    done: true,
    response: { '@type': 'type.googleapis.com/google.cloud.run.v2.Job', name: fullName },
  });
  const first = (await call('GET', path)).body;
  expect(first).toMatchObject({
    generation: '1',
    observedGeneration: '1',
    labels: { app: 'shop' },
    launchStage: 'GA',
    terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
    template: {
      taskCount: 1,
      template: {
        maxRetries: 3,
        timeout: '600s',
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        containers: [{ resources: { limits: { cpu: '1000m', memory: '512Mi' } } }],
      },
    },
  });
  expect(JSON.stringify(first)).not.toContain('startupProbe');
  await call('PATCH', path, { ...job(), labels: { app: 'shop' } });
  expect((await call('GET', path)).body).toEqual(first);
  await call('PATCH', path, job({ maxRetries: 0 }));
  const second = (await call('GET', path)).body;
  expect(second).toMatchObject({ generation: '2', template: { template: { maxRetries: 0 } } });
  expect(second.labels).toBeUndefined();
  expect(refusal(await call('PATCH', `${path}?updateMask=labels`, {}))).toMatchObject({ http: 400 });
});

test('a run is an operation about its execution, with counts, a condition, tasks and log lines', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, job({}, { taskCount: 2 }));
  outcomes(cloud.emulator.cloud).set(fullName, { logs: ['applied 001', 'applied 002'] });
  const ran = await call('POST', `${path}:run`, {});
  const name = (ran.body.metadata as unknown as Execution).name;
  expect(name).toMatch(new RegExp(`^${fullName}/executions/migrate-[a-z0-9]{5}$`));
  expect(ran.body).toMatchObject({
    done: true,
    metadata: { '@type': 'type.googleapis.com/google.cloud.run.v2.Execution' },
    response: { name, succeededCount: 2 },
  });
  const execution = (await call('GET', `/v2/${name}`)).body;
  expect(execution).toMatchObject({
    job: 'migrate',
    taskCount: 2,
    succeededCount: 2,
    completionTime: expect.any(String),
    conditions: expect.arrayContaining([
      expect.objectContaining({ type: 'Completed', state: 'CONDITION_SUCCEEDED' }),
    ]),
  });
  for (const count of ['failedCount', 'runningCount', 'cancelledCount', 'retriedCount', 'reconciling']) {
    expect(execution[count]).toBeUndefined();
  }
  expect((await call('GET', path)).body).toMatchObject({
    executionCount: 1,
    latestCreatedExecution: { name: name.split('/').at(-1), completionStatus: 'EXECUTION_SUCCEEDED' },
  });
  const tasks = (await call('GET', `/v2/${name}/tasks`)).body.tasks as unknown as { name: string }[];
  expect(tasks).toMatchObject([{ execution: name.split('/').at(-1) }, { index: 1 }]);
  expect((await call('GET', `/v2/${tasks[1]?.name}`)).body).toMatchObject({
    lastAttemptResult: { status: { code: 0 } },
  });
  const logs = await call('POST', '/v2/entries:list', {
    resourceNames: [`projects/${project.id}`],
    filter: 'resource.type="cloud_run_job" AND resource.labels.job_name="migrate"',
  });
  const lines = logs.body.entries as unknown as { textPayload: string; labels: Record<string, string> }[];
  expect(lines.map((line) => line.textPayload)).toEqual(
    expect.arrayContaining(['applied 001', 'applied 002', 'Container called exit(0).']),
  );
  expect(lines[0]?.labels['run.googleapis.com/execution_name']).toBe(name.split('/').at(-1));
});

test('an exit code other than zero fails the execution after its retries, and the operation with it', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, job({ maxRetries: 2 }));
  outcomes(cloud.emulator.cloud).set(fullName, { exitCodes: [3] });
  const ran = await call('POST', `${path}:run`, {});
  const id = (ran.body.metadata as unknown as Execution).name.split('/').at(-1);
  const message = `Task ${id}-task0 failed with exit code: 3 and message: The container exited with an error.`;
  expect(ran.body).toMatchObject({ done: true, error: { code: 9, message } });
  expect(ran.body.response).toBeUndefined();
  const failed = await latest(call);
  expect(failed).toMatchObject({ failedCount: 1, retriedCount: 2 });
  expect(failed.conditions[0]).toMatchObject({
    type: 'Completed',
    state: 'CONDITION_FAILED',
    executionReason: 'NON_ZERO_EXIT_CODE',
    message,
  });
  outcomes(cloud.emulator.cloud).set(fullName, { exitCodes: [1, 0] });
  await call('POST', `${path}:run`, {});
  expect(await latest(call)).toMatchObject({ succeededCount: 1, retriedCount: 1 });
});

test('overrides change one execution and need a permission of their own', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(
    call,
    job({
      maxRetries: 0,
      containers: [{ image: `${prefix}/web:v1`, args: ['up'], env: [{ name: 'A', value: '1' }] }],
    }),
  );
  const overrides = {
    taskCount: 2,
    timeout: '30s',
    containerOverrides: [{ args: ['down'], env: [{ name: 'EMULATOR_EXIT_CODE', value: '7' }] }],
  };
  const dry = await call('POST', `${path}:run`, { validateOnly: true, overrides });
  expect(dry.body).toMatchObject({ done: true });
  expect((await call('GET', `${path}/executions`)).body).toEqual({});
  await call('POST', `${path}:run`, { overrides });
  expect(await latest(call)).toMatchObject({
    taskCount: 2,
    failedCount: 2,
    template: {
      timeout: '30s',
      containers: [
        {
          args: ['down'],
          env: [
            { name: 'A', value: '1' },
            { name: 'EMULATOR_EXIT_CODE', value: '7' },
          ],
        },
      ],
    },
  });
  expect((await call('GET', path)).body).toMatchObject({ template: { template: { timeout: '600s' } } });
  const wrong = await call('POST', `${path}:run`, {
    overrides: { containerOverrides: [{ name: 'other', clearArgs: true }] },
  });
  expect(refusal(wrong)).toMatchObject({ http: 400, message: expect.stringContaining('"other"') });
  await grantOnProject(call, 'user:invoker@example.com', ['roles/run.invoker']);
  const invoker = cloud.asUser('invoker@example.com');
  expect((await invoker('POST', `${path}:run`, {})).status).toBe(200);
  expect(refusal(await invoker('POST', `${path}:run`, { overrides }))).toMatchObject({
    http: 403,
    message: expect.stringContaining('run.jobs.runWithOverrides'),
  });
});

test('an execution takes its time; wait returns when it has ended, and a timeout stops it', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ latency: 'typical', clock });
  const call = cloud.asOwner;
  await makeAccount(call, 'runtime');
  const containers = [{ image: 'docker.io/library/busybox' }];
  const created = await create(call, job({ timeout: '60s', maxRetries: 0, containers }));
  await call('POST', `/v2/${String(created.body.name)}:wait`, { timeout: '60s' });
  outcomes(cloud.emulator.cloud).set(fullName, { seconds: 40 });
  const ran = await call('POST', `${path}:run`, {});
  expect(ran.body.done).toBeUndefined();
  expect(await latest(call)).toMatchObject({ reconciling: true });
  clock.advance(12_000);
  expect(await latest(call)).toMatchObject({ runningCount: 1, startTime: expect.any(String) });
  expect((await call('GET', path)).body.latestCreatedExecution).toMatchObject({
    completionStatus: 'EXECUTION_RUNNING',
  });
  const operation = `/v2/${String(ran.body.name)}`;
  expect((await call('GET', operation)).body.done).toBeUndefined();
  expect((await call('POST', `${operation}:wait`, { timeout: '10s' })).body.done).toBeUndefined();
  expect((await call('POST', `${operation}:wait`, { timeout: '60s' })).body).toMatchObject({
    done: true,
    response: { succeededCount: 1 },
  });
  outcomes(cloud.emulator.cloud).set(fullName, { seconds: 400 });
  const slow = await call('POST', `${path}:run`, {});
  const waited = await call('POST', `/v2/${String(slow.body.name)}:wait`, { timeout: '120s' });
  expect(JSON.stringify(waited.body.error)).toContain('The configured timeout was reached.');
});

test('a running execution can be cancelled, one that has ended cannot, and both can be deleted', async () => {
  const clock = manualClock();
  await using cloud = await prepared({ clock });
  const call = cloud.asOwner;
  await create(call, job());
  outcomes(cloud.emulator.cloud).set(fullName, { seconds: 100 });
  const ran = await call('POST', `${path}:run`, {});
  const name = (ran.body.metadata as unknown as Execution).name;
  clock.advance(10_000);
  expect((await call('POST', `/v2/${name}:cancel`, {})).body).toMatchObject({ done: true });
  const cancelled = (await call('GET', `/v2/${name}`)).body as unknown as Execution;
  expect(cancelled).toMatchObject({ cancelledCount: 1, completionTime: expect.any(String) });
  expect(cancelled.conditions[0]).toMatchObject({ executionReason: 'CANCELLED' });
  expect((await call('GET', `/v2/${String(ran.body.name)}`)).body).toMatchObject({
    done: true,
    error: { code: 9 },
  });
  expect(refusal(await call('POST', `/v2/${name}:cancel`, {}))).toMatchObject({
    http: 400,
    status: 'FAILED_PRECONDITION',
  });
  expect(refusal(await call('POST', `/v2/${name}:cancel`, { force: true })).message).toContain(
    'Unknown name "force"',
  );
  await call('DELETE', `/v2/${name}`);
  expect((await call('GET', `/v2/${name}`)).status).toBe(404);
});

test('tasks run so many at a time', async () => {
  const clock = manualClock();
  await using cloud = await prepared({ clock });
  const call = cloud.asOwner;
  await create(call, job({}, { taskCount: 5, parallelism: 2 }));
  outcomes(cloud.emulator.cloud).set(fullName, { seconds: 10 });
  await call('POST', `${path}:run`, {});
  expect(await latest(call)).toMatchObject({ runningCount: 2 });
  clock.advance(15_000);
  expect(await latest(call)).toMatchObject({ runningCount: 2, succeededCount: 2 });
  clock.advance(10_000);
  expect(await latest(call)).toMatchObject({ runningCount: 1, succeededCount: 4 });
  clock.advance(5_000);
  expect(await latest(call)).toMatchObject({ succeededCount: 5, completionTime: expect.any(String) });
});

test('a job is not ready, and does not run, without image, account or secret', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const missing = await create(call, job({ containers: [{ image: `${prefix}/none:v1` }] }));
  expect(missing.body).toMatchObject({
    done: true,
    error: { code: 9, message: `Image '${prefix}/none:v1' not found.` },
  });
  expect((await call('GET', path)).body.terminalCondition).toMatchObject({
    state: 'CONDITION_FAILED',
    reason: 'CONTAINER_MISSING',
  });
  expect(refusal(await call('POST', `${path}:run`, {}))).toMatchObject({
    http: 400,
    status: 'FAILED_PRECONDITION',
    message: expect.stringContaining('not ready'),
  });
  const env = [{ name: 'KEY', valueSource: { secretKeyRef: { secret: 'key' } } }];
  const secret = await create(call, job({ containers: [{ image: `${prefix}/web:v1`, env }] }), 'second');
  expect(JSON.stringify(secret.body.error)).toContain(
    'spec.template.spec.template.spec.containers[0].env[0].value_from.secret_key_ref.name: Secret projects/',
  );
  const ghost = `ghost@${project.id}.iam.gserviceaccount.com`;
  expect(refusal(await create(call, job({ serviceAccount: ghost }), 'third'))).toMatchObject({ http: 403 });
});

test('an image that is deleted after the job was made fails the execution, not the call', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, job());
  const [image] = (
    await call('GET', `/v1/projects/${project.id}/locations/us-central1/repositories/apps/dockerImages`)
  ).body.dockerImages as unknown as { name: string }[];
  const digest = image?.name.split('@').at(-1);
  const packagePath = `/v1/projects/${project.id}/locations/us-central1/repositories/apps/packages/web`;
  await call('DELETE', `${packagePath}/versions/${digest}?force=true`);
  const ran = await call('POST', `${path}:run`, {});
  expect(ran.body).toMatchObject({ done: true, error: { message: `Image '${prefix}/web:v1' not found.` } });
  expect(await latest(call)).toMatchObject({ failedCount: 1 });
});

test.each([
  ['Migrate', job(), 'job_id'],
  ['migrate', { template: {} }, 'at least one container'],
  ['migrate', job({ maxRetries: 11 }), 'max_retries must be between 0 and 10'],
  ['migrate', job({ timeout: '10m' }), 'timeout must be between'],
  ['migrate', job({}, { taskCount: 10_001 }), 'task_count'],
  ['migrate', job({}, { taskCount: 2, parallelism: 3 }), 'parallelism'],
  ['migrate', job({ containers: [{ image: 'x', env: [{ name: 'PORT', value: '1' }] }] }), 'reserved env'],
  [
    'migrate',
    job({ containers: [{ image: 'x', livenessProbe: { httpGet: {} } }] }),
    'template.template.containers[0].liveness_probe',
  ],
  ['migrate', { ...job(), schedule: '* * * * *' }, 'Unknown name "schedule"'],
])('job %s with %j is refused', async (id, body, message) => {
  await using cloud = await prepared();
  const answer = refusal(await create(cloud.asOwner, body, id));
  expect(answer).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(answer.message).toContain(message);
  expect((await cloud.asOwner('GET', `${parent}/jobs`)).body).toEqual({});
});

test('etags, dry runs, allowMissing, policies and showDeleted', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const dry = await call('POST', `${parent}/jobs?jobId=migrate&validateOnly=true`, job());
  expect(dry.body).toMatchObject({ done: true, response: { template: { taskCount: 1 } } });
  expect((await call('PATCH', path, job())).status).toBe(404);
  await call('PATCH', `${path}?allowMissing=true`, job());
  expect(refusal(await create(call, job()))).toMatchObject({ http: 409, status: 'ALREADY_EXISTS' });
  expect(refusal(await call('PATCH', path, { ...job(), etag: 'c3RhbGU=' }))).toMatchObject({
    http: 409,
    status: 'ABORTED',
  });
  expect(refusal(await call('POST', `${path}:run`, { etag: 'c3RhbGU=' }))).toMatchObject({ http: 409 });
  const bindings = [{ role: 'roles/run.invoker', members: ['user:dev@example.com'] }];
  await call('POST', `${path}:setIamPolicy`, { policy: { bindings } });
  expect((await call('GET', `${path}:getIamPolicy`)).body).toMatchObject({ bindings });
  const held = await cloud.asUser('dev@example.com')('POST', `${path}:testIamPermissions`, {
    permissions: ['run.jobs.run', 'run.jobs.delete'],
  });
  expect(held.body).toEqual({ permissions: ['run.jobs.run'] });
  await call('POST', `${path}:run`, {});
  expect((await call('DELETE', path)).body).toMatchObject({ done: true, response: { name: fullName } });
  expect((await call('GET', `${parent}/jobs`)).body).toEqual({});
  expect((await call('GET', `${parent}/jobs?showDeleted=true`)).body.jobs).toMatchObject([
    { name: fullName, deleteTime: expect.any(String), expireTime: expect.any(String) },
  ]);
  await create(call, job());
  expect((await call('GET', `${path}/executions`)).body).toEqual({});
});
