import { expect, test } from 'vitest';
import { type Caller, type Json, project, refusal, stranger, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';
import { deploy, hostOf, latest, newest, services, viaProxy } from '../support/service-requests.ts';

const root = `/v3/projects/${project.id}`;
const count = 'run.googleapis.com/request_count';
const latencies = 'run.googleapis.com/request_latencies';

async function series(
  call: Caller,
  filter: string,
  interval: { start: number; end: number },
  options: Record<string, string | string[]> = {},
): Promise<Json[]> {
  const query = new URLSearchParams({
    filter,
    'interval.startTime': new Date(interval.start).toISOString(),
    'interval.endTime': new Date(interval.end).toISOString(),
  });
  for (const [name, value] of Object.entries(options)) {
    for (const one of [value].flat()) query.append(`aggregation.${name}`, one);
  }
  const { status, body } = await call('GET', `${root}/timeSeries?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body.timeSeries ?? []) as unknown as Json[];
}

const five = { alignmentPeriod: '300s', perSeriesAligner: 'ALIGN_DELTA' };

test('a canary is judged by the counts and latencies of its requests, per revision and class', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock });
  const call = cloud.asOwner;
  await deploy(call, 'web');
  const first = await newest(call, 'web');
  await deploy(call, 'web', { container: { env: [{ name: 'A', value: '2' }] } });
  const second = await newest(call, 'web');
  await call('PATCH', `${services}/web?updateMask=traffic`, {
    traffic: [
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: first, percent: 90 },
      { ...latest, percent: 10 },
    ],
  });
  const script = (answer: object) => cloud.as(undefined)('POST', '/_emulator/answers', answer);
  await script({ service: 'web', revision: first, delay: 100 });
  await script({ service: 'web', revision: second, delay: 900 });
  await script({ service: 'web', revision: second, status: 500, every: 2, delay: 900 });
  const start = clock.now();
  for (let n = 0; n < 100; n += 1) await viaProxy(cloud, hostOf('web'));
  const interval = { start, end: start + 300_000 };
  const ofService = `resource.type="cloud_run_revision" AND resource.labels.service_name="web"`;

  const counted = await series(call, `metric.type="${count}" AND ${ofService}`, interval, {
    ...five,
    crossSeriesReducer: 'REDUCE_SUM',
    groupByFields: ['resource.labels.revision_name', 'metric.labels.response_code_class'],
  });
  const shown = counted.map(({ metric, resource, points }) => [
    resource?.labels?.revision_name,
    metric?.labels?.response_code_class,
    points?.[0]?.value?.int64Value,
  ]);
  expect(shown.sort()).toEqual(
    [
      [first, '2xx', '90'],
      [second, '2xx', '5'],
      [second, '5xx', '5'],
    ].sort(),
  );
  expect(counted[0]).toMatchObject({
    metricKind: 'DELTA',
    valueType: 'INT64',
    resource: { type: 'cloud_run_revision', labels: { project_id: project.id } },
    points: [
      {
        interval: {
          startTime: new Date(start).toISOString(),
          endTime: new Date(start + 300_000).toISOString(),
        },
      },
    ],
  });

  const p95 = async (revision: string) => {
    const filter = `metric.type="${latencies}" AND ${ofService} AND resource.labels.revision_name="${revision}"`;
    const [one, ...others] = await series(call, filter, interval, {
      alignmentPeriod: '300s',
      perSeriesAligner: 'ALIGN_DELTA',
      crossSeriesReducer: 'REDUCE_PERCENTILE_95',
    });
    expect(others).toEqual([]);
    return Number(one?.points?.[0]?.value?.doubleValue);
  };
  // Buckets grow by 1.4, so a percentile is known to that precision alone.
  expect(await p95(first)).toBeGreaterThan(100 / 1.4);
  expect(await p95(first)).toBeLessThan(100 * 1.4);
  expect(await p95(second)).toBeGreaterThan(900 / 1.4);
  expect(await p95(second)).toBeLessThan(900 * 1.4);
  const aligned = await series(call, `metric.type="${latencies}" AND ${ofService}`, interval, {
    alignmentPeriod: '300s',
    perSeriesAligner: 'ALIGN_PERCENTILE_99',
  });
  expect(aligned).toHaveLength(3);
  expect(aligned[0]).toMatchObject({ metricKind: 'GAUGE', valueType: 'DOUBLE' });

  const [raw] = await series(
    call,
    `metric.type="${latencies}" AND metric.labels.response_code="500"`,
    interval,
  );
  const distributions = (raw?.points ?? []) as unknown as {
    value: { distributionValue: { count: string; mean: number; bucketCounts: string[] } };
  }[];
  const total = distributions.reduce((sum, point) => sum + Number(point.value.distributionValue.count), 0);
  expect(total).toBe(5);
  expect(distributions[0]?.value.distributionValue.mean).toBe(900);
});

test('periods count back from the end of the interval, and requests outside it do not count', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock });
  const call = cloud.asOwner;
  await deploy(call, 'web');
  const ask = async (times: number) => {
    for (let n = 0; n < times; n += 1) await viaProxy(cloud, hostOf('web'));
  };
  const start = clock.now();
  for (const times of [1, 2, 3, 4]) {
    clock.advance(59_000);
    await ask(times);
    clock.advance(1000);
  }
  const filter = `metric.type="${count}"`;
  const interval = { start: start + 60_000, end: start + 180_000 };
  const [minutes] = await series(call, filter, interval, {
    alignmentPeriod: '60s',
    perSeriesAligner: 'ALIGN_DELTA',
  });
  expect(minutes?.points).toMatchObject([
    { value: { int64Value: '3' }, interval: { endTime: new Date(start + 180_000).toISOString() } },
    { value: { int64Value: '2' } },
  ]);
  const [rate] = await series(call, filter, interval, {
    alignmentPeriod: '120s',
    perSeriesAligner: 'ALIGN_RATE',
  });
  expect(rate).toMatchObject({ metricKind: 'GAUGE', points: [{ value: { doubleValue: 5 / 120 } }] });
});

test('a test can write what Cloud Run measured, and metrics of its own', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock });
  const call = cloud.asOwner;
  const at = (seconds: number) => ({
    startTime: new Date(clock.now() + seconds * 1000 - 60_000).toISOString(),
    endTime: new Date(clock.now() + seconds * 1000).toISOString(),
  });
  const resource = {
    type: 'cloud_run_revision',
    labels: { service_name: 'web', revision_name: 'web-00002-abc', location: 'us-central1' },
  };
  const written = {
    metric: { type: count, labels: { response_code: '500', response_code_class: '5xx' } },
    resource,
    points: [
      { interval: at(-120), value: { int64Value: '7' } },
      { interval: at(-60), value: { int64Value: '5' } },
    ],
  };
  expect((await call('POST', `${root}/timeSeries:createService`, { timeSeries: [written] })).status).toBe(
    200,
  );
  const interval = { start: clock.now() - 300_000, end: clock.now() };
  const [errors] = await series(
    call,
    `metric.type="${count}" AND metric.labels.response_code_class="5xx"`,
    interval,
    five,
  );
  expect(errors?.points).toMatchObject([{ value: { int64Value: '12' } }]);

  const refused = await call('POST', `${root}/timeSeries`, {
    timeSeries: [{ ...written, points: written.points.slice(0, 1) }],
  });
  expect(refusal(refused)).toMatchObject({
    http: 400,
    message: expect.stringContaining('Field timeSeries[0].metric.type had an invalid value'),
  });

  const own = (value: number, seconds: number) => ({
    timeSeries: [
      {
        metric: { type: 'custom.googleapis.com/queue/depth', labels: { queue: 'tda' } },
        resource: { type: 'global' },
        points: [
          {
            interval: { endTime: new Date(clock.now() + seconds * 1000).toISOString() },
            value: { int64Value: String(value) },
          },
        ],
      },
    ],
  });
  await call('POST', `${root}/timeSeries`, own(3, -20));
  await call('POST', `${root}/timeSeries`, own(9, -10));
  expect(refusal(await call('POST', `${root}/timeSeries`, own(1, -15))).message).toContain(
    'written in order',
  );
  expect(refusal(await call('POST', `${root}/timeSeries`, own(1, 3600))).message).toContain(
    '5m in the future',
  );
  const depth = 'metric.type="custom.googleapis.com/queue/depth"';
  const [most] = await series(call, depth, interval, { ...five, perSeriesAligner: 'ALIGN_MAX' });
  expect(most).toMatchObject({ metricKind: 'GAUGE', points: [{ value: { int64Value: '9' } }] });
  const [raw] = await series(call, depth, interval);
  expect(raw?.points).toHaveLength(2);
  expect(
    (await call('GET', `${root}/metricDescriptors/custom.googleapis.com/queue/depth`)).body,
  ).toMatchObject({ metricKind: 'GAUGE', valueType: 'INT64', labels: [{ key: 'queue' }] });
  const names = `${root}/metricDescriptors?filter=${encodeURIComponent('metric.type = starts_with("run.googleapis.com/")')}`;
  expect((await call('GET', names)).body.metricDescriptors).toMatchObject([
    { type: count },
    { type: latencies },
  ]);
});

test('a log-based counter counts what came after it', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock });
  const call = cloud.asOwner;
  const entry = (text: string) =>
    call('POST', '/v2/entries:write', {
      entries: [
        {
          logName: `projects/${project.id}/logs/app`,
          resource: { type: 'global' },
          severity: 'ERROR',
          textPayload: text,
        },
      ],
    });
  await entry('before');
  clock.advance(1000);
  await call('POST', `/v2/projects/${project.id}/metrics`, { name: 'errors', filter: 'severity>=ERROR' });
  const start = clock.now();
  clock.advance(1000);
  await entry('one');
  await entry('two');
  const [counted] = await series(
    call,
    'metric.type="logging.googleapis.com/user/errors"',
    { start, end: start + 60_000 },
    { alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_DELTA' },
  );
  expect(counted?.points).toMatchObject([{ value: { int64Value: '2' } }]);
});

test('a query that makes no sense is refused with the field’s name', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const ask = (change: Record<string, string>) => {
    const query = new URLSearchParams({
      filter: `metric.type="${count}"`,
      'interval.endTime': '2026-11-02T09:00:00Z',
      ...change,
    });
    return call('GET', `${root}/timeSeries?${query}`);
  };
  for (const [change, message] of [
    [{ filter: 'resource.type="global"' }, 'must specify a restriction on "metric.type"'],
    [{ filter: 'metric.type=' }, 'unexpected end of the filter'],
    [{ 'interval.endTime': 'now' }, 'Field interval.endTime'],
    [{ 'aggregation.perSeriesAligner': 'ALIGN_DELTA' }, 'alignmentPeriod'],
    [
      { 'aggregation.alignmentPeriod': '30s', 'aggregation.perSeriesAligner': 'ALIGN_DELTA' },
      'at least 60 seconds',
    ],
    [{ 'aggregation.perSeriesAligner': 'ALIGN_SIDEWAYS' }, 'perSeriesAligner'],
    [{ 'aggregation.crossSeriesReducer': 'REDUCE_SUM' }, 'crossSeriesReducer'],
    [{ 'aggregation.groupByFields': 'colour' }, 'groupByFields'],
  ] as [Record<string, string>, string][]) {
    expect(refusal(await ask(change)), JSON.stringify(change)).toMatchObject({
      http: 400,
      message: expect.stringContaining(message),
    });
  }
  expect(refusal(await ask({ filter: 'metric.type="custom.googleapis.com/no"' }))).toMatchObject({
    http: 404,
    message: expect.stringContaining('Cannot find metric(s) that match type = "custom.googleapis.com/no"'),
  });
  expect((await ask({ 'secondaryAggregation.alignmentPeriod': '60s' })).status).toBe(501);
  expect((await cloud.asUser(stranger)('GET', `${root}/timeSeries`)).status).toBe(403);
  await deploy(call, 'web');
  await viaProxy(cloud, hostOf('web'));
  const wrong = await ask({
    'interval.startTime': '2020-01-01T00:00:00Z',
    'interval.endTime': '2100-01-01T00:00:00Z',
    'aggregation.alignmentPeriod': '60s',
    'aggregation.perSeriesAligner': 'ALIGN_PERCENTILE_99',
  });
  expect(refusal(wrong).message).toContain(
    'The aligner cannot be applied to metrics with kind DELTA and value type INT64.',
  );
});

test('alert policies, uptime checks and channels are created, listed, patched by mask and deleted', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const channel = await call('POST', `${root}/notificationChannels`, {
    type: 'email',
    displayName: 'on call',
    labels: { email_address: 'ops@example.com' },
  });
  expect(channel.body.name).toMatch(/^projects\/acme-staging\/notificationChannels\/\d+$/);
  const policy = {
    displayName: 'errors',
    combiner: 'OR',
    notificationChannels: [channel.body.name],
    userLabels: { app: 'shop' },
    conditions: [
      {
        displayName: '5xx',
        conditionThreshold: {
          filter: `metric.type="${count}" AND resource.type="cloud_run_revision"`,
          comparison: 'COMPARISON_GT',
          thresholdValue: 5,
          duration: '300s',
          aggregations: [{ alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_RATE' }],
        },
      },
    ],
  };
  const created = await call('POST', `${root}/alertPolicies`, policy);
  expect(created.body).toMatchObject({
    ...policy,
    enabled: true,
    conditions: [{ name: expect.stringMatching(`^${String(created.body.name)}/conditions/\\d+$`) }],
    creationRecord: { mutatedBy: 'owner@example.com' },
  });
  const path = `/v3/${String(created.body.name)}`;
  await call('PATCH', `${path}?updateMask=display_name,userLabels.team`, {
    displayName: 'many errors',
    combiner: 'AND',
    userLabels: { team: 'web' },
  });
  expect((await call('GET', path)).body).toMatchObject({
    displayName: 'many errors',
    combiner: 'OR',
    userLabels: { app: 'shop', team: 'web' },
    conditions: created.body.conditions,
  });
  const filtered = async (filter: string) =>
    (await call('GET', `${root}/alertPolicies?filter=${encodeURIComponent(filter)}`)).body.alertPolicies ??
    [];
  expect(await filtered("user_labels.app='shop'")).toHaveLength(1);
  expect(await filtered("display_name='errors'")).toEqual([]);
  expect(refusal(await call('DELETE', `/v3/${String(channel.body.name)}`))).toMatchObject({
    http: 400,
    status: 'FAILED_PRECONDITION',
  });
  expect((await call('DELETE', path)).status).toBe(200);
  expect((await call('DELETE', `/v3/${String(channel.body.name)}`)).status).toBe(200);

  const check = await call('POST', `${root}/uptimeCheckConfigs`, {
    displayName: 'Front page',
    monitoredResource: { type: 'uptime_url', labels: { host: hostOf('web'), project_id: project.id } },
    httpCheck: { useSsl: true, validateSsl: true, authInfo: { username: 'u', password: 'uptime-password' } },
  });
  expect(check.body).toMatchObject({
    name: expect.stringMatching(`^projects/${project.id}/uptimeCheckConfigs/front-page-`),
    period: '60s',
    timeout: '10s',
    httpCheck: { path: '/', port: 443, requestMethod: 'GET', authInfo: { password: '******' } },
  });
  const config = `/v3/${String(check.body.name)}`;
  await call('PATCH', `${config}?updateMask=period`, { period: '300s' });
  expect((await call('GET', config)).body).toMatchObject({ period: '300s', displayName: 'Front page' });
  expect((await call('GET', `${root}/uptimeCheckConfigs`)).body).toMatchObject({ totalSize: 1 });
  expect(JSON.stringify(cloud.emulator.snapshot())).not.toContain('uptime-password');
});

test('what Google refuses of policies, checks and channels is refused', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const condition = {
    displayName: 'c',
    conditionThreshold: { filter: `metric.type="${count}"`, comparison: 'COMPARISON_GT', duration: '60s' },
  };
  const policy = { displayName: 'p', combiner: 'OR', conditions: [condition] };
  const threshold = (change: object) => ({
    ...policy,
    conditions: [{ ...condition, conditionThreshold: { ...condition.conditionThreshold, ...change } }],
  });
  for (const [body, http, message] of [
    [{ ...policy, displayName: '' }, 400, 'display_name'],
    [{ ...policy, combiner: undefined }, 400, 'combiner'],
    [{ ...policy, combiner: 'XOR' }, 400, 'Invalid value at'],
    [{ ...policy, conditions: [] }, 400, 'from 1 to 6'],
    [{ ...policy, conditions: [{ displayName: 'c' }] }, 400, 'exactly one kind'],
    [{ ...policy, notificationChannels: ['projects/x/notificationChannels/1'] }, 404, 'could not be found'],
    [{ ...policy, condition }, 400, 'Unknown name "condition"'],
    [threshold({ filter: 'resource.type="x"' }), 400, 'metric.type'],
    [threshold({ filter: 'metric.type="logging.googleapis.com/user/no"' }), 404, 'Cannot find metric(s)'],
    [threshold({ duration: '90s' }), 400, 'multiple of one minute'],
    [threshold({ comparison: 'COMPARISON_GE' }), 400, 'COMPARISON_LT and COMPARISON_GT'],
  ] as const) {
    expect(refusal(await call('POST', `${root}/alertPolicies`, body)), JSON.stringify(body)).toMatchObject({
      http,
      message: expect.stringContaining(message),
    });
  }
  const check = {
    displayName: 'c',
    httpCheck: {},
    monitoredResource: { type: 'uptime_url', labels: { host: 'example.com' } },
  };
  for (const body of [
    { ...check, displayName: undefined },
    { ...check, tcpCheck: { port: 80 } },
    { ...check, period: '90s' },
    { ...check, timeout: '120s' },
    { ...check, monitoredResource: undefined },
    { ...check, monitoredResource: { type: 'uptime_url', labels: { host: 'https://example.com' } } },
    { ...check, monitoredResource: { type: 'global', labels: {} } },
    { ...check, selectedRegions: ['EUROPE'] },
  ]) {
    expect((await call('POST', `${root}/uptimeCheckConfigs`, body)).status, JSON.stringify(body)).toBe(400);
  }
  expect((await call('POST', `${root}/notificationChannels`, { type: 'pigeon' })).status).toBe(400);
  expect((await call('POST', `${root}/notificationChannels`, { type: 'email' })).status).toBe(400);
  expect(refusal(await call('GET', `${root}/alertPolicies/1`)).http).toBe(404);
  expect((await cloud.asUser(stranger)('POST', `${root}/alertPolicies`, policy)).status).toBe(403);
});
