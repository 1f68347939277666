import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/google/crc32c.ts';
import { unlessExists } from '../../src/google/error.ts';
import {
  addVersion,
  latestVersion,
  latestVersionNumber,
  listSecrets,
} from '../../src/google/secretmanager.ts';
import { enabledServices, enableServices } from '../../src/google/serviceusage.ts';
import { createDatabase } from '../../src/google/sqladmin.ts';
import { uploadOnce } from '../../src/google/storage.ts';
import { Secret } from '../../src/lib/secret.ts';
import { failureOf, loopback, type Reply, refusal } from './google-case.ts';

test.each([
  ['', 0],
  ['123456789', 3808858755],
  ['hello', 2591144780],
  ['s3cr3t', 825573743],
  ['s3cr3t\n', 108781934],
])('the CRC32C of %o is %i', (text, sum) => {
  expect(crc32c(Buffer.from(text))).toBe(sum);
});

describe('secrets', () => {
  test('a new version holds exactly the value, with its checksum, and its number comes back', async () => {
    await using cloud = await loopback(() => ({ body: { name: 'projects/1/secrets/key/versions/4' } }));
    expect(await addVersion(cloud.google, 'acme', 'key', new Secret('s3cr3t'))).toBe('4');
    expect(cloud.received[0]).toMatchObject({
      path: '/v1/projects/acme/secrets/key:addVersion',
      json: { payload: { data: Buffer.from('s3cr3t').toString('base64'), dataCrc32c: '825573743' } },
    });
  });

  test('a new version is not sent twice when its answer is lost', async () => {
    await using cloud = await loopback(() => 'drop');
    await failureOf(addVersion(cloud.google, 'acme', 'key', new Secret('x')));
    expect(cloud.received).toHaveLength(1);
  });

  test('the newest value comes with its number', async () => {
    const payload = { data: Buffer.from('grün').toString('base64') };
    await using cloud = await loopback(() => ({
      body: { name: 'projects/1/secrets/key/versions/12', payload },
    }));
    const version = await latestVersion(cloud.google, 'acme', 'key');
    expect(version?.number).toBe('12');
    expect(version?.value.reveal()).toBe('grün');
    expect(cloud.received[0]?.path).toBe('/v1/projects/acme/secrets/key/versions/latest:access');
  });

  test.each<[string, Reply]>([
    ['has no version', refusal(404, 'NOT_FOUND', 'no versions')],
    ['is disabled', refusal(400, 'FAILED_PRECONDITION', 'is in DISABLED state')],
  ])('a secret whose newest version %s has no value', async (_, reply) => {
    await using cloud = await loopback(() => reply);
    expect(await latestVersion(cloud.google, 'acme', 'key')).toBeUndefined();
  });

  test('a value that may not be read is no absent one', async () => {
    await using cloud = await loopback(() => refusal(403, 'PERMISSION_DENIED', 'no'));
    expect(await failureOf(latestVersion(cloud.google, 'acme', 'key'))).toMatchObject({ http: 403 });
    expect(await failureOf(latestVersionNumber(cloud.google, 'acme', 'key'))).toMatchObject({ http: 403 });
  });

  test.each<[string, Reply, string | undefined]>([
    ['enabled', { body: { name: 'p/versions/3', state: 'ENABLED' } }, '3'],
    ['disabled', { body: { name: 'p/versions/3', state: 'DISABLED' } }, undefined],
    ['absent', refusal(404, 'NOT_FOUND', 'no'), undefined],
  ])('the number to pin, where the newest version is %s', async (_, reply, number) => {
    await using cloud = await loopback(() => reply);
    expect(await latestVersionNumber(cloud.google, 'acme', 'key')).toBe(number);
  });

  test('all pages of the list are read', async () => {
    const pages: Record<string, object> = {
      '': { secrets: [{ name: 'a' }], nextPageToken: 't1' },
      t1: { nextPageToken: 't2' },
      t2: { secrets: [{ name: 'b' }, { name: 'c' }], nextPageToken: '' },
    };
    await using cloud = await loopback(({ query }) => ({ body: pages[query.get('pageToken') ?? ''] }));
    expect((await listSecrets(cloud.google, 'acme')).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(cloud.received.map(({ query }) => query.get('pageSize'))).toEqual(['250', '250', '250']);
  });
});

describe('uploads', () => {
  const bytes = { data: Buffer.from('archive'), type: 'application/gzip' };

  test('are made under the condition that nothing is there', async () => {
    await using cloud = await loopback(() => ({ body: { generation: '7' } }));
    expect(await uploadOnce(cloud.google, 'src', 'source/ab.tgz', bytes)).toEqual({ generation: '7' });
    expect(cloud.received[0]).toMatchObject({ path: '/upload/storage/v1/b/src/o', text: 'archive' });
    expect(Object.fromEntries(cloud.received[0]?.query ?? [])).toEqual({
      uploadType: 'media',
      name: 'source/ab.tgz',
      ifGenerationMatch: '0',
    });
  });

  test('of what is there already give the generation that is there', async () => {
    await using cloud = await loopback(({ method }) =>
      method === 'POST' ? refusal(412, '', 'conditionNotMet') : { body: { generation: '5' } },
    );
    expect(await uploadOnce(cloud.google, 'src', 'source/ab.tgz', bytes)).toEqual({ generation: '5' });
    expect(cloud.received[1]?.path).toBe('/storage/v1/b/src/o/source%2Fab.tgz');
  });

  test('whose answer is lost are sent again and found', async () => {
    await using cloud = await loopback(({ method }, number) => {
      if (number === 1) return 'drop';
      return method === 'POST' ? refusal(412, '', 'conditionNotMet') : { body: { generation: '5' } };
    });
    expect(await uploadOnce(cloud.google, 'src', 'source/ab.tgz', bytes)).toEqual({ generation: '5' });
  });

  test('that are refused fail', async () => {
    await using cloud = await loopback(() => refusal(403, '', 'no'));
    expect(await failureOf(uploadOnce(cloud.google, 'src', 'x', bytes))).toMatchObject({ http: 403 });
  });
});

describe('APIs', () => {
  const names = Array.from({ length: 25 }, (_, number) => `a${number}.googleapis.com`);

  test('are asked for twenty at a time, and only the enabled ones count', async () => {
    await using cloud = await loopback(({ query }) => ({
      body: {
        services: query.getAll('names').map((name) => ({
          name: name.replace('acme', '123'),
          state: name.endsWith('/a7.googleapis.com') ? 'DISABLED' : 'ENABLED',
        })),
      },
    }));
    const enabled = await enabledServices(cloud.google, 'acme', names);
    expect(enabled).toEqual(new Set(names.filter((name) => name !== 'a7.googleapis.com')));
    expect(cloud.received.map(({ query }) => query.getAll('names').length).sort()).toEqual([20, 5]);
  });

  test('are enabled twenty at a time, the next batch when the last one is done', async () => {
    await using cloud = await loopback(({ method }, number) =>
      method === 'POST' ? { body: { name: `operations/${number}` } } : { body: { done: true } },
    );
    await enableServices(cloud.google, 'acme', names);
    expect(cloud.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/projects/acme/services:batchEnable',
      'GET /v1/operations/1',
      'POST /v1/projects/acme/services:batchEnable',
      'GET /v1/operations/3',
    ]);
    expect(cloud.received[2]?.json).toEqual({ serviceIds: names.slice(20) });
  });
});

describe('a busy SQL instance', () => {
  const busy: Reply = {
    status: 409,
    body: { error: { message: 'in progress', errors: [{ reason: 'operationInProgress' }] } },
  };

  test('is asked again until it is free, and its operation is followed to the end', async () => {
    await using cloud = await loopback(({ method }, number) => {
      if (method === 'POST') return number < 3 ? busy : { body: { name: 'op', status: 'PENDING' } };
      return { body: { name: 'op', status: number < 5 ? 'RUNNING' : 'DONE' } };
    });
    await createDatabase(cloud.google, 'acme', 'main', 'shop');
    expect(cloud.received.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'GET', 'GET']);
  });

  test('is not asked again when the database is there', async () => {
    const exists = { status: 409, body: { error: { message: 'x', errors: [{ reason: 'alreadyExists' }] } } };
    await using cloud = await loopback(() => exists);
    expect(await failureOf(createDatabase(cloud.google, 'acme', 'main', 'shop'))).toMatchObject({
      http: 409,
    });
    expect(cloud.received).toHaveLength(1);
  });

  test("whose operation fails gives Google's code and words", async () => {
    const failed = { status: 'DONE', error: { errors: [{ code: 'INTERNAL_ERROR', message: 'disk' }] } };
    await using cloud = await loopback(({ method }) => ({
      body: method === 'POST' ? { name: 'op' } : failed,
    }));
    expect(await failureOf(createDatabase(cloud.google, 'acme', 'main', 'shop'))).toMatchObject({
      name: 'OperationFailed',
      what: 'creating database shop',
      message: 'INTERNAL_ERROR: disk',
    });
  });
});

describe('a create of what may be there', () => {
  test.each([
    [409, undefined],
    // An organisation's policy refuses a bucket's location with 412: that is no bucket.
    [412, 412],
    [403, 403],
  ])('HTTP %i', async (status, http) => {
    await using cloud = await loopback(() => refusal(status, '', 'no'));
    const create = unlessExists(cloud.google.transport.send({ api: 'storage', method: 'POST', path: 'b' }));
    if (http === undefined) await create;
    else expect(await failureOf(create)).toMatchObject({ http });
  });
});
