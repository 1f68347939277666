import { describe, expect, test } from 'vitest';
import { project, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, shop } from '../support/resources.ts';

const services = [
  'services:',
  '  web: { image: "nginx:1.29", app: { public: true, startup_path: /health } }',
  '  jobs: { image: "nginx:1.29", worker: {} }',
];
const text = (alerts = 'email: [ops@example.com, dev@example.com], uptime: [web]') =>
  shop(...services, `alerts: { ${alerts} }`);
const root = `/v3/projects/${project.id}`;
const host = `shop-web-${project.number}.us-central1.run.app`;

interface Policy {
  readonly name: string;
  readonly displayName: string;
  readonly notificationChannels: readonly string[];
  readonly userLabels: Readonly<Record<string, string>>;
  readonly conditions: readonly {
    readonly conditionMatchedLog?: { readonly filter: string };
    readonly conditionThreshold?: { readonly filter: string };
  }[];
}

async function listed<T>(
  cloud: Awaited<ReturnType<typeof testCloud>>,
  collection: string,
): Promise<readonly T[]> {
  const { body } = await cloud.asOwner('GET', `${root}/${collection}`);
  return (body[collection] ?? []) as unknown as readonly T[];
}

describe('alerts', () => {
  test('tell every address of errors and of services that do not answer; the second run does nothing', async () => {
    await using cloud = await testCloud();
    const first = await provision(cloud.emulator, text());
    expect(failures(first.outcomes)).toEqual([]);
    const channels = await listed<{ name: string; labels: object }>(cloud, 'notificationChannels');
    expect(channels.map(({ labels }) => labels)).toEqual([
      { email_address: 'ops@example.com' },
      { email_address: 'dev@example.com' },
    ]);
    const policies = await listed<Policy>(cloud, 'alertPolicies');
    const names = channels.map(({ name }) => name).toSorted();
    expect(policies.map(({ notificationChannels }) => notificationChannels)).toEqual([names, names]);
    expect(policies[0]?.conditions[0]?.conditionMatchedLog?.filter).toBe(
      'severity>=ERROR AND ((resource.type="cloud_run_revision" AND (resource.labels.service_name="shop-web")) OR (resource.type="cloud_run_worker_pool" AND (resource.labels.worker_pool_name="shop-jobs-worker")))',
    );
    const [check] = await listed<{ name: string }>(cloud, 'uptimeCheckConfigs');
    expect(check).toMatchObject({
      monitoredResource: { type: 'uptime_url', labels: { host, project_id: project.id } },
      httpCheck: { path: '/health', port: 443, useSsl: true, validateSsl: true },
      period: '300s',
    });
    expect(policies[1]?.conditions[0]?.conditionThreshold?.filter).toContain(
      `metric.labels.check_id = "${check?.name.split('/').at(-1)}"`,
    );
    const second = await provision(cloud.emulator, text());
    expect([second.changes, second.writes]).toEqual([[], []]);
  });

  test('show in the plan what only the apply can tell', async () => {
    await using cloud = await testCloud();
    const { changes } = await provision(cloud.emulator, text(), { planOnly: true });
    const policy = changes.find(({ address }) => address === 'alert_policy/error-log');
    expect(policy?.fields).toContainEqual({
      field: 'notificationChannels',
      after: ['(known after apply)', '(known after apply)'],
    });
  });

  test('follow the file: another address, another path, another service in the log', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, text());
    const changed = text('email: [ops@example.com, new@example.com], uptime: [web]')
      .replace('/health', '/alive')
      .replace('  jobs:', '  tasks:');
    const run = await provision(cloud.emulator, changed);
    expect(failures(run.outcomes)).toEqual([]);
    expect(brief(run.changes).filter((line) => /^(notif|alert|uptime)/.test(line))).toEqual([
      'notification_channel/new@example.com create type, displayName, labels.email_address, enabled, userLabels.managed-by, userLabels.deployment, userLabels.environment',
      'alert_policy/error-log update conditions, notificationChannels',
      'uptime_check/shop-web update httpCheck.path',
      'alert_policy/uptime-shop-web update conditions, notificationChannels',
    ]);
    expect((await provision(cloud.emulator, changed)).changes).toEqual([]);
    expect(await listed(cloud, 'alertPolicies')).toHaveLength(2);
  });

  test('of others stay as they are, also those that tell the same address', async () => {
    await using cloud = await testCloud();
    const foreign = { type: 'email', displayName: 'mine', labels: { email_address: 'ops@example.com' } };
    const { body } = await cloud.asOwner('POST', `${root}/notificationChannels`, foreign);
    await cloud.asOwner('POST', '/v1/projects/acme-staging/services:batchEnable', {
      serviceIds: ['monitoring.googleapis.com'],
    });
    await provision(cloud.emulator, text('email: [ops@example.com]'));
    expect(await listed(cloud, 'notificationChannels')).toHaveLength(2);
    const kept = await cloud.asOwner('GET', `/v3/${String(body.name)}`);
    expect(kept.body).toEqual(body);
  });

  test('that somebody switched off or muted are on again, with labels of others kept', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, text('email: [ops@example.com]'));
    const [policy] = await listed<Policy>(cloud, 'alertPolicies');
    await cloud.asOwner('PATCH', `/v3/${policy?.name}?updateMask=enabled,userLabels`, {
      enabled: false,
      userLabels: { ...policy?.userLabels, team: 'a' },
    });
    const run = await provision(cloud.emulator, text('email: [ops@example.com]'));
    expect(brief(run.changes)).toEqual(['alert_policy/error-log update enabled']);
    expect(run.changes[0]?.outside).toBe(true);
    const [after] = await listed<Policy>(cloud, 'alertPolicies');
    expect(after).toMatchObject({ enabled: true, userLabels: { team: 'a' } });
  });

  test('are not made twice when the answer to their making was lost', async () => {
    await using cloud = await testCloud();
    cloud.emulator.faults.add({ id: 'monitoring.projects.alertPolicies.create', drop: 'after' });
    const first = await provision(cloud.emulator, text('email: [ops@example.com]'));
    expect(failures(first.outcomes)).toEqual([expect.stringContaining('alert_policy/error-log')]);
    const second = await provision(cloud.emulator, text('email: [ops@example.com]'));
    expect([failures(second.outcomes), second.writes]).toEqual([[], []]);
    expect(await listed(cloud, 'alertPolicies')).toHaveLength(1);
  });
});
