import { describe, expect, test } from 'vitest';
import { build, makeAccount, prefix, prepareBuilds } from '../support/emulated-builds.ts';
import {
  type Answer,
  type Caller,
  project,
  refusal,
  type TestCloud,
  testCloud,
} from '../support/emulator.ts';

/** https://google.aip.dev/203: what only Google writes is left unread, what cannot change may be repeated. */

const region = `projects/${project.id}/locations/us-central1`;
const compute = `/compute/v1/projects/${project.id}`;

/** The paths that the journal says Google left unread in the last request. */
function ignored({ emulator }: TestCloud): readonly string[] | undefined {
  return emulator.journal.at(-1)?.ignored;
}

const makeNetwork = (call: Caller) =>
  call('POST', `${compute}/global/networks`, {
    name: 'main',
    autoCreateSubnetworks: false,
    id: '7',
    selfLink: 'https://example.com/',
  });

async function makeRedis(call: Caller): Promise<string> {
  await makeNetwork(call);
  const name = `/v1/${region}/instances/cache`;
  const body = {
    tier: 'BASIC',
    memorySizeGb: 1,
    redisVersion: 'REDIS_7_2',
    connectMode: 'DIRECT_PEERING',
    authorizedNetwork: `projects/${project.id}/global/networks/main`,
  };
  expect((await call('POST', `/v1/${region}/instances?instanceId=cache`, body)).status).toBe(200);
  return name;
}

async function makeSecret(call: Caller): Promise<string> {
  const secrets = `/v1/projects/${project.id}/secrets`;
  const made = await call('POST', `${secrets}?secretId=key`, { replication: { automatic: {} } });
  expect(made.status).toBe(200);
  return `${secrets}/key`;
}

async function makeRepository(call: Caller): Promise<string> {
  const repositories = `/v1/${region}/repositories`;
  const made = await call('POST', `${repositories}?repositoryId=apps`, {
    format: 'DOCKER',
    sizeBytes: '12',
    createTime: '2020-01-01T00:00:00Z',
  });
  expect(made.status).toBe(200);
  return `${repositories}/apps`;
}

async function makeService(cloud: TestCloud): Promise<string> {
  const call = cloud.asOwner;
  await prepareBuilds(call);
  await build(call, {
    Dockerfile: 'FROM python:3.12\nCOPY main.py .\nEXPOSE 8080\nCMD ["python", "main.py"]',
    'main.py': '',
  });
  const serviceAccount = await makeAccount(call, 'runtime');
  const made = await call('POST', `/v2/${region}/services?serviceId=web`, {
    template: {
      serviceAccount,
      containers: [{ image: `${prefix}/web:v1`, buildInfo: { sourceLocation: 'gs://x' } }],
    },
    uri: 'https://mine.example.com',
    terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
  });
  expect(made.body).toMatchObject({ done: true });
  expect(ignored(cloud)).toEqual([
    'service.template.containers[0].build_info',
    'service.uri',
    'service.terminal_condition',
  ]);
  return `/v2/${region}/services/web`;
}

describe('an output-only field', () => {
  test('in a new resource is left unread, and the journal says which', async () => {
    await using cloud = await testCloud();
    expect((await makeNetwork(cloud.asOwner)).status).toBe(200);
    expect(ignored(cloud)).toEqual(['network.id', 'network.self_link']);
    const network = await cloud.asOwner('GET', `${compute}/global/networks/main`);
    expect(network.body).toMatchObject({
      selfLink: `https://www.googleapis.com/compute/v1/projects/${project.id}/global/networks/main`,
    });
    expect(network.body.id).not.toBe('7');
    expect(ignored(cloud)).toBeUndefined();

    const repository = await makeRepository(cloud.asOwner);
    expect(ignored(cloud)).toEqual(['repository.size_bytes', 'repository.create_time']);
    const { createTime } = (await cloud.asOwner('GET', repository)).body;
    expect(String(createTime)).not.toMatch(/^2020/);
  });

  test('comes back with what was read, in v2 and in Knative, and changes nothing', async () => {
    await using cloud = await testCloud();
    const path = await makeService(cloud);
    const { body: service } = await cloud.asOwner('GET', path);
    const again = await cloud.asOwner('PATCH', path, { ...service, uid: 'other', generation: '99' });
    expect(again.body).toMatchObject({ done: true, response: { uid: service.uid, generation: '1' } });
    expect(ignored(cloud)).toEqual(
      expect.arrayContaining(['service.uid', 'service.generation', 'service.urls', 'service.conditions']),
    );

    const knative = `/apis/serving.knative.dev/v1/namespaces/${project.id}/services/web`;
    const { body: object } = await cloud.asOwner('GET', knative);
    const put = await cloud.asOwner('PUT', knative, {
      ...object,
      status: { url: 'https://mine.example.com' },
    });
    expect(put.body).toMatchObject({ status: { url: service.uri }, metadata: { generation: 1 } });
    expect(ignored(cloud)).toEqual(
      expect.arrayContaining([
        'service.status',
        'service.metadata.uid',
        'metadata.annotations[run.googleapis.com/urls]',
        'metadata.annotations[serving.knative.dev/creator]',
        'metadata.labels[cloud.googleapis.com/location]',
      ]),
    );
  });

  test('in an update mask is left out of it', async () => {
    await using cloud = await testCloud();
    const call = cloud.asOwner;
    const service = await makeService(cloud);
    const patched = await call('PATCH', `${service}?updateMask=uri,labels`, {
      uri: 'https://mine.example.com',
      labels: { team: 'shop' },
    });
    expect(patched.body).toMatchObject({ done: true, response: { labels: { team: 'shop' } } });
    expect(ignored(cloud)).toEqual(['service.uri', 'updateMask: uri']);
    const before = (await call('GET', service)).body;
    const nothing = await call('PATCH', `${service}?updateMask=uid`, { uid: 'x' });
    expect(nothing.body).toMatchObject({ done: true, response: before });

    const redis = await makeRedis(call);
    const sized = await call('PATCH', `${redis}?updateMask=memory_size_gb,host`, {
      memorySizeGb: 2,
      host: '1.2.3.4',
    });
    expect(sized.status).toBe(200);
    expect(ignored(cloud)).toEqual(['instance.host', 'updateMask: host']);
    const { body } = await call('GET', redis);
    expect(body).toMatchObject({ memorySizeGb: 2 });
    expect(body.host).not.toBe('1.2.3.4');
  });

  test('in the metadata of an upload is left unread', async () => {
    await using cloud = await testCloud();
    await cloud.asOwner('POST', `/storage/v1/b?project=${project.id}`, {
      name: 'acme-files',
      timeCreated: '2020-01-01T00:00:00Z',
    });
    expect(ignored(cloud)).toEqual(['bucket.time_created']);
    const body =
      '--b\r\ncontent-type: application/json\r\n\r\n{"name":"a","size":"99"}\r\n--b\r\ncontent-type: text/plain\r\n\r\nhello\r\n--b--';
    const made = await cloud.asOwner('POST', '/upload/storage/v1/b/acme-files/o?uploadType=multipart', body, {
      'content-type': 'multipart/related; boundary=b',
    });
    expect(made.body).toMatchObject({ name: 'a', size: '5' });
    expect(ignored(cloud)).toEqual(['object.size']);
  });
});

describe('what Google refuses all the same', () => {
  test('another creator in a Knative object', async () => {
    await using cloud = await testCloud();
    await makeService(cloud);
    const knative = `/apis/serving.knative.dev/v1/namespaces/${project.id}/services/web`;
    const { body: object } = await cloud.asOwner('GET', knative);
    const metadata = object.metadata as unknown as { annotations: Record<string, string> };
    const annotations = { ...metadata.annotations, 'serving.knative.dev/creator': 'me@example.com' };
    const put = await cloud.asOwner('PUT', knative, { ...object, metadata: { ...metadata, annotations } });
    expect(put.status).toBe(400);
    expect(violations(put)).toEqual([
      {
        field: 'metadata.annotations[serving.knative.dev/creator]',
        description: 'annotation value is immutable',
      },
    ]);
    const { 'serving.knative.dev/creator': _, ...others } = annotations;
    const without = { ...object, metadata: { ...metadata, annotations: others } };
    expect((await cloud.asOwner('PUT', knative, without)).status).toBe(200);
  });

  test('a system annotation in Run’s v2 API', async () => {
    await using cloud = await testCloud();
    const service = await makeService(cloud);
    const patch = await cloud.asOwner('PATCH', `${service}?updateMask=annotations`, {
      annotations: { 'serving.knative.dev/creator': 'me@example.com' },
    });
    expect(refusal(patch)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  });
});

function violations(answer: Answer): unknown {
  return (answer.body.error as unknown as { details: { fieldViolations: unknown }[] }).details[0]
    ?.fieldViolations;
}

describe('a field that cannot change', () => {
  test('may be repeated in a mask, and is refused with another value', async () => {
    await using cloud = await testCloud();
    const call = cloud.asOwner;
    const secret = await makeSecret(call);
    const mask = '?updateMask=replication,labels';
    const same = await call('PATCH', secret + mask, {
      replication: { automatic: {} },
      labels: { team: 'shop' },
    });
    expect(same.body).toMatchObject({ labels: { team: 'shop' } });
    const replicas = [{ location: 'us-central1' }];
    const other = await call('PATCH', secret + mask, { replication: { userManaged: { replicas } } });
    expect(refusal(other)).toMatchObject({ http: 400, message: 'The field replication cannot be updated.' });
    expect((await call('GET', secret)).body).toMatchObject({ labels: { team: 'shop' } });
  });

  test('is refused by Memorystore in Google’s words', async () => {
    await using cloud = await testCloud();
    const redis = await makeRedis(cloud.asOwner);
    const answer = await cloud.asOwner('PATCH', `${redis}?updateMask=memory_size_gb,tier`, {
      memorySizeGb: 2,
      tier: 'STANDARD_HA',
    });
    expect(refusal(answer)).toMatchObject({
      http: 400,
      status: 'INVALID_ARGUMENT',
      message: "Invalid option 'tier': 'tier' cannot be updated on existing instances.",
    });
    expect(violations(answer)).toEqual([
      { field: 'update_mask.paths.1', description: 'Invalid value: tier' },
    ]);
    expect((await cloud.asOwner('GET', redis)).body).toMatchObject({ memorySizeGb: 1 });
    const empty = await cloud.asOwner('PATCH', redis, { memorySizeGb: 2 });
    expect(refusal(empty).message).toBe('Update mask is empty');
  });

  test('is refused without a mask as well, and the whole resource may be sent back', async () => {
    await using cloud = await testCloud();
    const repository = await makeRepository(cloud.asOwner);
    const { body } = await cloud.asOwner('GET', repository);
    const again = await cloud.asOwner('PATCH', repository, { ...body, description: 'images' });
    expect(again.body).toMatchObject({ description: 'images', format: 'DOCKER' });
    const other = await cloud.asOwner('PATCH', repository, { format: 'MAVEN' });
    expect(refusal(other)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
    expect(refusal(other).message).toContain('"format"');
  });

  test('a path that names no field is refused', async () => {
    await using cloud = await testCloud();
    const service = await makeService(cloud);
    for (const mask of ['colour', 'scaling.colour']) {
      const answer = await cloud.asOwner('PATCH', `${service}?updateMask=${mask}`, {});
      expect(refusal(answer)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
    }
  });
});

describe('Compute', () => {
  const link = (name: string) => `https://www.googleapis.com/compute/v1/projects/${project.id}/${name}`;

  async function make(call: Caller, path: string, body: object): Promise<string> {
    const made = await call('POST', `${compute}/${path}`, body);
    expect(made.body).toMatchObject({ status: 'DONE' });
    return `${compute}/${path}/${String(Reflect.get(body, 'name'))}`;
  }

  test.each<[string, string, object, object]>([
    ['a firewall', 'global/firewalls', { allowed: [{ IPProtocol: 'tcp' }] }, { direction: 'EGRESS' }],
    ['a router', 'regions/us-central1/routers', {}, { network: 'global/networks/other' }],
    [
      'a subnetwork',
      'regions/us-central1/subnetworks',
      { ipCidrRange: '10.0.0.0/24' },
      { ipCidrRange: '10.1.0.0/24' },
    ],
    ['a network', 'global/networks', { autoCreateSubnetworks: false }, { autoCreateSubnetworks: true }],
  ])(
    '%s may be sent back whole; a field that cannot change is refused by name',
    async (_, path, own, other) => {
      await using cloud = await testCloud();
      const call = cloud.asOwner;
      await makeNetwork(call);
      const network = path === 'global/networks' ? {} : { network: 'global/networks/main' };
      const one = await make(call, path, { name: 'one', ...network, ...own });
      const { body } = await call('GET', one);
      expect((await call('PATCH', one, body)).body).toMatchObject({ operationType: 'patch', status: 'DONE' });
      expect(ignored(cloud)).toContain(`${String(body.kind).replace('compute#', '')}.self_link`);
      const { fingerprint } = (await call('GET', one)).body;
      const refused = await call('PATCH', one, { fingerprint, ...other });
      const [field] = Object.keys(other);
      expect(refusal(refused)).toMatchObject({ http: 400, reason: 'invalid' });
      expect(refusal(refused).message).toContain(`'resource.${field}'`);
      const { fingerprint: _new, ...before } = body;
      expect((await call('GET', one)).body).toMatchObject(before);
    },
  );

  test('a link in another form names the same network', async () => {
    await using cloud = await testCloud();
    await makeNetwork(cloud.asOwner);
    const router = await make(cloud.asOwner, 'regions/us-central1/routers', {
      name: 'one',
      network: 'global/networks/main',
    });
    const again = await cloud.asOwner('PATCH', router, {
      network: `projects/${project.id}/global/networks/main`,
      description: 'the way out',
    });
    expect(again.status).toBe(200);
    expect((await cloud.asOwner('GET', router)).body).toMatchObject({
      network: link('global/networks/main'),
      description: 'the way out',
      region: link('regions/us-central1'),
    });
  });

  test('rules and NATs are checked against Google’s messages', async () => {
    await using cloud = await testCloud();
    await makeNetwork(cloud.asOwner);
    const network = 'global/networks/main';
    const rule = { name: 'rule', network, allowed: [{ IPProtocol: 'tcp', port: '80' }] };
    const firewall = await cloud.asOwner('POST', `${compute}/global/firewalls`, rule);
    expect(refusal(firewall).message).toContain('Unknown name "port"');
    const nat = { name: 'nat', natIpAllocateOption: 'SOMETIMES' };
    const router = await cloud.asOwner('POST', `${compute}/regions/us-central1/routers`, {
      name: 'r',
      network,
      nats: [nat],
    });
    expect(refusal(router).message).toContain('SOMETIMES');
  });
});
