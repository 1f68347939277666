import { expect, test } from 'vitest';
import { makeAccount } from '../support/emulated-builds.ts';
import { type Answer, type Caller, otherProject, project, refusal, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  deploy,
  hello,
  hostOf,
  latest,
  newest,
  pools,
  services,
  tally,
  viaHost,
  viaPath,
  viaProxy,
} from '../support/service-requests.ts';

const text = (answer: Answer): string => String(answer.body);
const compute = `/compute/v1/projects/${project.id}`;

async function makeNetwork(call: Caller): Promise<void> {
  await call('POST', `${compute}/global/networks`, { name: 'main', autoCreateSubnetworks: false });
  for (const [name, range, privateIpGoogleAccess] of [
    ['open', '10.0.0.0/24', true],
    ['closed', '10.0.1.0/24', false],
  ] as const) {
    await call('POST', `${compute}/regions/us-central1/subnetworks`, {
      name,
      network: `projects/${project.id}/global/networks/main`,
      ipCidrRange: range,
      privateIpGoogleAccess,
    });
  }
}

const through = (subnetwork: string, egress?: string) => ({
  vpcAccess: {
    networkInterfaces: [{ network: 'main', subnetwork }],
    ...(egress === undefined ? {} : { egress }),
  },
});

test('a service answers on both of its addresses, through a proxy, by Host header and by path', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await call('POST', `/v1/projects/${project.id}/secrets?secretId=key`, { replication: { automatic: {} } });
  await call('POST', `/v1/projects/${project.id}/secrets/key:addVersion`, {
    payload: { data: Buffer.from('hush-hush-hush').toString('base64') },
  });
  await call('POST', `/v1/projects/${project.id}/secrets/key:setIamPolicy`, {
    policy: {
      bindings: [
        {
          role: 'roles/secretmanager.secretAccessor',
          members: [`serviceAccount:${await makeAccount(call, 'runtime')}`],
        },
      ],
    },
  });
  await deploy(call, 'web', {
    template: { serviceAccount: `runtime@${project.id}.iam.gserviceaccount.com` },
    container: {
      ports: [{ containerPort: 5000 }],
      env: [
        { name: 'MODE', value: 'live' },
        { name: 'KEY', valueSource: { secretKeyRef: { secret: 'key', version: '1' } } },
      ],
    },
  });
  const revision = await newest(call, 'web');
  const sent = { path: '/discover?q=1', headers: { authorization: 'Bearer nobody-reads-this' } };
  for (const answer of [
    await viaProxy(cloud, hostOf('web'), sent),
    await viaHost(cloud, hostOf('web'), sent),
    await viaPath(cloud, hostOf('web'), sent),
  ]) {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-emulator-revision')).toBe(revision);
    expect(answer.body).toMatchObject({
      service: 'web',
      revision,
      image: hello,
      port: 5000,
      method: 'GET',
      path: '/discover',
      query: 'q=1',
      env: {
        MODE: 'live',
        KEY: { secret: 'key', version: '1' },
        PORT: '5000',
        K_SERVICE: 'web',
        K_REVISION: revision,
      },
      headers: { host: hostOf('web'), 'x-forwarded-proto': 'https' },
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/hush|nobody-reads-this/);
  }
  const { body } = await call('GET', `${services}/web`);
  const hashed = new URL(String(body.urls?.[1])).hostname;
  expect((await viaHost(cloud, hashed)).status).toBe(200);
  const posted = await viaProxy(cloud, hashed, {
    method: 'POST',
    path: '/v1/projects/x/secrets',
    body: '{}',
  });
  expect(posted.body).toMatchObject({ method: 'POST', path: '/v1/projects/x/secrets' });
  const entry = cloud.emulator.journal.at(-1);
  expect(entry).toMatchObject({ api: 'run.app', id: 'run.invoke', host: hashed, status: 200, write: false });
});

test('what has no address is not found, and neither is a service whose default address is off', async () => {
  await using cloud = await testCloud();
  await deploy(cloud.asOwner, 'web');
  for (const host of [
    hostOf('other'),
    hostOf('web', 'canary'),
    `web-${otherProject.number}.us-central1.run.app`,
    `web-${project.number}.europe-west1.run.app`,
    'web-abcdefghij-uc.a.run.app',
  ]) {
    const answer = await viaProxy(cloud, host);
    expect(answer.status, host).toBe(404);
    expect(text(answer)).toContain('<h2>The requested URL was not found on this server.</h2>');
  }
  await deploy(cloud.asOwner, 'web', { service: { defaultUriDisabled: true } });
  expect((await viaProxy(cloud, hostOf('web'))).status).toBe(404);
});

test('a service of which no revision is ready is not available yet', async () => {
  await using cloud = await testCloud();
  const created = await deploy(cloud.asOwner, 'web', {
    container: { command: ['celery'], args: ['-A', 'main', 'worker'] },
  });
  expect(created.body).toMatchObject({ error: { code: 9 } });
  const answer = await viaProxy(cloud, hostOf('web'));
  expect(answer.status).toBe(503);
  expect(text(answer)).toContain('The service you requested is not available yet.');
});

test('without invoker rights nobody gets in: no token 403, a wrong token 401, a token without the right 403', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const account = await makeAccount(call, 'caller');
  await deploy(call, 'web', { service: { invokerIamDisabled: false, customAudiences: ['shop'] } });
  await call('POST', `/v1/projects/${project.id}/serviceAccounts/${account}:setIamPolicy`, {
    policy: {
      bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: ['user:owner@example.com'] }],
    },
  });
  const idToken = async (audience: string): Promise<string> => {
    const path = `/v1/projects/-/serviceAccounts/${account}:generateIdToken`;
    return String((await call('POST', path, { audience })).body.token);
  };
  const ask = (token?: string, header = 'authorization') =>
    viaProxy(cloud, hostOf('web'), token === undefined ? {} : { headers: { [header]: `Bearer ${token}` } });

  const anonymous = await ask();
  expect(anonymous.status).toBe(403);
  expect(text(anonymous)).toContain(
    'Your client does not have permission to get URL <code>/</code> from this server.',
  );
  const { body } = await call('GET', `${services}/web`);
  const own = await idToken(`https://${hostOf('web')}`);
  expect((await ask(own)).status).toBe(403);

  await call('POST', `${services}/web:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/run.invoker', members: [`serviceAccount:${account}`] }] },
  });
  expect((await ask(own)).status).toBe(200);
  expect((await ask(own, 'x-serverless-authorization')).status).toBe(200);
  expect((await ask(await idToken(String(body.urls?.[1])))).status).toBe(200);
  expect((await ask(await idToken('shop'))).status).toBe(200);

  const [head, claims, signature] = own.split('.');
  const forged = Buffer.from(
    Buffer.from(claims ?? '', 'base64url')
      .toString()
      .replace(/"sub":"\d+"/, '"sub":"1"'),
  ).toString('base64url');
  for (const token of [
    cloud.emulator.userToken('owner@example.com'),
    await idToken('https://example.com'),
    await idToken(`https://${hostOf('web', 'blue')}`),
    `${head}.${forged}.${signature}`,
    'no-token',
  ]) {
    const answer = await ask(token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  }
  await call('POST', `/v1/projects/${project.id}/serviceAccounts/${account}:disable`, {});
  expect((await ask(own)).status).toBe(401);

  await call('POST', `${services}/web:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] },
  });
  expect((await ask()).status).toBe(200);
});

test('internal ingress lets in only who comes through the VPC with Private Google Access', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await makeNetwork(call);
  await deploy(call, 'inner', { service: { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' } });
  await deploy(call, 'outside');
  await deploy(call, 'ranges-only', { template: through('open') });
  await deploy(call, 'no-access', { template: through('closed', 'ALL_TRAFFIC') });
  await deploy(call, 'inside', { template: through('open', 'ALL_TRAFFIC') });
  await call('POST', `${pools}?workerPoolId=worker`, {
    template: { containers: [{ image: hello }], ...through('open', 'ALL_TRAFFIC') },
  });
  const from = (name?: string) =>
    viaProxy(cloud, hostOf('inner'), name === undefined ? {} : { headers: { 'x-emulator-from': name } });
  for (const name of [undefined, 'outside', 'ranges-only', 'no-access', '@load-balancer']) {
    expect((await from(name)).status, name).toBe(404);
  }
  for (const name of [
    'inside',
    'worker',
    `projects/${project.id}/locations/us-central1/workerPools/worker`,
  ]) {
    expect((await from(name)).status, name).toBe(200);
  }
  const unknown = await from('nobody');
  expect(unknown.status).toBe(400);
  expect(text(unknown)).toContain('"nobody"');

  await deploy(call, 'inner', { service: { ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER' } });
  expect((await from()).status).toBe(404);
  expect((await from('inside')).status).toBe(200);
  expect((await from('@load-balancer')).status).toBe(200);
  await deploy(call, 'inner', { service: { ingress: 'INGRESS_TRAFFIC_NONE' } });
  expect((await from('inside')).status).toBe(404);
});

test('a private zone that sends run.app to Google’s private addresses makes a call internal without all egress', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await makeNetwork(call);
  await call('POST', `/v1/projects/${project.id}/services/dns.googleapis.com:enable`, {});
  await deploy(call, 'inner', { service: { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' } });
  await deploy(call, 'caller', { template: through('open') });
  await deploy(call, 'closed', { template: through('closed') });
  const from = async (name: string) =>
    (await viaProxy(cloud, hostOf('inner'), { headers: { 'x-emulator-from': name } })).status;
  const zones = `/dns/v1/projects/${project.id}/managedZones`;
  await call('POST', zones, {
    name: 'run-app',
    dnsName: 'run.app.',
    description: '',
    visibility: 'private',
    privateVisibilityConfig: {
      networks: [{ networkUrl: `projects/${project.id}/global/networks/main` }],
    },
  });
  expect(await from('caller')).toBe(404);
  await call('POST', `${zones}/run-app/rrsets`, {
    name: 'run.app.',
    type: 'A',
    ttl: 300,
    rrdatas: ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'],
  });
  await call('POST', `${zones}/run-app/rrsets`, {
    name: '*.run.app.',
    type: 'CNAME',
    ttl: 300,
    rrdatas: ['run.app.'],
  });
  expect(await from('caller')).toBe(200);
  expect(await from('closed')).toBe(404);
});

test('a thousand requests split as the percentages say, the same way with the same seed', async () => {
  const split = async (seed: string) => {
    await using cloud = await testCloud({ seed });
    const call = cloud.asOwner;
    await deploy(call, 'web');
    const first = await newest(call, 'web');
    await deploy(call, 'web', { container: { env: [{ name: 'A', value: '2' }] } });
    const second = await newest(call, 'web');
    await call('PATCH', `${services}/web?updateMask=traffic`, {
      traffic: [
        { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: first, percent: 93 },
        { ...latest, percent: 7, tag: 'canary' },
        { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: first, tag: 'stable' },
      ],
    });
    expect(await tally(1000, () => viaProxy(cloud, hostOf('web')))).toEqual({ [first]: 930, [second]: 70 });
    const order: string[] = [];
    for (let n = 0; n < 100; n += 1) {
      order.push((await viaProxy(cloud, hostOf('web'))).headers.get('x-emulator-revision') ?? '');
    }
    expect(await tally(3, () => viaProxy(cloud, hostOf('web', 'canary')))).toEqual({ [second]: 3 });
    expect(await tally(3, () => viaProxy(cloud, hostOf('web', 'stable')))).toEqual({ [first]: 3 });
    return order.map((revision) => revision === second);
  };
  const order = await split('one');
  expect(await split('one')).toEqual(order);
  expect(await split('two')).not.toEqual(order);
});

test('a revision with a tag and no percent is reached by its tag alone; the hashed address has tags too', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await deploy(call, 'web');
  const first = await newest(call, 'web');
  const pinned = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: first, percent: 100 }];
  await deploy(call, 'web', {
    service: { traffic: [...pinned, { ...latest, tag: 'green' }] },
    container: { env: [{ name: 'A', value: '2' }] },
  });
  const second = await newest(call, 'web');
  expect(await tally(50, () => viaProxy(cloud, hostOf('web')))).toEqual({ [first]: 50 });
  const { body } = await call('GET', `${services}/web`);
  const tagged = new URL(String(body.trafficStatuses?.[1]?.uri)).hostname;
  for (const host of [hostOf('web', 'green'), tagged]) {
    expect((await viaProxy(cloud, host)).body).toMatchObject({ revision: second, env: { A: '2' } });
  }
});

test('session affinity keeps a client with its revision by a cookie, as long as that has traffic', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await deploy(call, 'web', { template: { sessionAffinity: true } });
  const first = await newest(call, 'web');
  await deploy(call, 'web', {
    template: { sessionAffinity: true },
    container: { env: [{ name: 'A', value: '2' }] },
  });
  const second = await newest(call, 'web');
  const traffic = (percent: number) =>
    call('PATCH', `${services}/web?updateMask=traffic`, {
      traffic: [
        { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: first, percent },
        { ...latest, percent: 100 - percent },
      ],
    });
  await traffic(50);
  const answer = await viaProxy(cloud, hostOf('web'));
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(cookie).toMatch(/^GAESA=/);
  const stuck = answer.headers.get('x-emulator-revision') ?? '';
  const withCookie = () => viaProxy(cloud, hostOf('web'), { headers: { cookie } });
  expect(await tally(20, withCookie)).toEqual({ [stuck]: 20 });
  await traffic(stuck === first ? 0 : 100);
  expect(await tally(5, withCookie)).toEqual({ [stuck === first ? second : first]: 5 });
});

test('answers can be scripted per service, revision, image, path and turn, and are checked', async () => {
  await using cloud = await testCloud({ clock: manualClock() });
  const call = cloud.asOwner;
  await deploy(call, 'web');
  const open = cloud.as(undefined);
  const script = (answer: object) => open('POST', '/_emulator/answers', answer);
  const statuses = async (count: number, path = '/') => {
    const seen: number[] = [];
    for (let n = 0; n < count; n += 1) seen.push((await viaProxy(cloud, hostOf('web'), { path })).status);
    return seen;
  };
  expect((await script({ service: 'web', status: 500, every: 3 })).body).toMatchObject({
    id: '1',
    matches: true,
  });
  expect(await statuses(6)).toEqual([200, 200, 500, 200, 200, 500]);
  await script({ service: 'web', path: '/healthz', status: 503, body: 'sick', times: 2 });
  expect(await statuses(3, '/healthz')).toEqual([503, 503, 200]);
  await script({ service: 'web', revision: 'web-00099-abc', status: 418 });
  expect(await statuses(1)).toEqual([200]);
  await script({ service: 'web', image: hello, path: '/api/*', body: { ok: true }, headers: { 'x-a': 'b' } });
  const scripted = await viaProxy(cloud, hostOf('web'), { path: '/api/v1' });
  expect(scripted.body).toEqual({ ok: true });
  expect(scripted.headers.get('x-a')).toBe('b');

  const listed = (await open('GET', '/_emulator/answers')).body.answers;
  expect(listed).toMatchObject([{ used: 2 }, { used: 2 }, { used: 0, matches: false }, { used: 1 }]);
  expect((await open('DELETE', '/_emulator/answers/1')).status).toBe(200);
  expect((await open('DELETE', '/_emulator/answers/1')).status).toBe(404);
  await open('DELETE', '/_emulator/answers');
  expect(await statuses(3)).toEqual([200, 200, 200]);

  for (const [answer, message] of [
    [{ status: 500 }, "'service'"],
    [{ service: 'web', status: 99 }, "'status'"],
    [{ service: 'web', every: 0 }, "'every'"],
    [{ service: 'web', path: 'healthz' }, "'path'"],
    [{ service: 'web', staus: 500 }, 'Unknown name "staus"'],
    [{ workerPool: 'worker', status: 500 }, "'start'"],
    [{ service: 'web', start: { exitCode: 1 }, status: 500 }, "'status'"],
  ] as const) {
    expect(refusal(await script(answer))).toMatchObject({
      http: 400,
      message: expect.stringContaining(message),
    });
  }
});

test('an answer later than the request timeout is a 504, one in time comes late', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock });
  await deploy(cloud.asOwner, 'web', { template: { timeout: '60s' } });
  const script = (delay: number) =>
    cloud.as(undefined)('POST', '/_emulator/answers', { service: 'web', delay });
  await script(59_000);
  let start = clock.now();
  expect((await viaProxy(cloud, hostOf('web'))).status).toBe(200);
  expect(clock.now() - start).toBe(59_000);
  await script(3_600_000);
  start = clock.now();
  const late = await viaProxy(cloud, hostOf('web'));
  expect(late.status).toBe(504);
  expect(text(late)).toBe('upstream request timeout');
  expect(clock.now() - start).toBe(60_000);
});

test('a WebSocket is refused in words', async () => {
  await using cloud = await testCloud();
  await deploy(cloud.asOwner, 'web');
  const answer = await viaHost(cloud, hostOf('web'), {
    path: '/ws',
    headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
  });
  expect(answer.status).toBe(501);
  expect(text(answer)).toContain('websocket');
});

test('fault scripts strike requests to services too', async () => {
  await using cloud = await testCloud();
  await deploy(cloud.asOwner, 'web');
  cloud.emulator.faults.add({ path: /^\/api$/, status: 503 });
  expect((await viaProxy(cloud, hostOf('web'), { path: '/' })).status).toBe(200);
  expect((await viaProxy(cloud, hostOf('web'), { path: '/api' })).status).toBe(503);
});
