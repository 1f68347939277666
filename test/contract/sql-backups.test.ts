import { afterEach, beforeEach, expect, test } from 'vitest';
import { project, refusal, type TestCloud, testCloud } from '../support/emulator.ts';
import { noServer } from '../support/estate.ts';

const root = `/v1/projects/${project.id}`;

let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud({ postgres: noServer });
  const settings = { tier: 'db-custom-1-3840', edition: 'ENTERPRISE' };
  await cloud.asOwner('POST', `${root}/instances`, {
    name: 'main',
    region: 'us-central1',
    databaseVersion: 'POSTGRES_15',
    settings,
  });
});

afterEach(async () => {
  await cloud.emulator.close();
});

test('a deletion that asks for it leaves a final backup, which outlives the instance', async () => {
  const query = 'enableFinalBackup=true&finalBackupDescription=the%20last&finalBackupTtlDays=7';
  expect((await cloud.asOwner('DELETE', `${root}/instances/main?${query}`)).status).toBe(200);
  expect((await cloud.asOwner('GET', `${root}/instances/main`)).status).toBe(404);
  const filter = encodeURIComponent('instance:main AND type:FINAL');
  const { body } = await cloud.asOwner('GET', `${root}/backups?filter=${filter}`);
  expect(body.backups).toMatchObject([
    {
      kind: 'sql#backup',
      name: expect.stringMatching(`^projects/${project.id}/backups/`),
      type: 'FINAL',
      state: 'SUCCESSFUL',
      instance: `projects/${project.id}/instances/main`,
      description: 'the last',
      databaseVersion: 'POSTGRES_15',
    },
  ]);
  const kept = Date.parse(String(body.backups?.[0]?.expiryTime)) - Date.now();
  expect(kept / 86_400_000).toBeCloseTo(7, 1);
  const one = await cloud.asOwner('GET', `/v1/${String(body.backups?.[0]?.name)}`);
  expect(one.body.description).toBe('the last');
});

test('a deletion that does not ask leaves none', async () => {
  await cloud.asOwner('DELETE', `${root}/instances/main`);
  expect((await cloud.asOwner('GET', `${root}/backups`)).body).toEqual({});
  expect(refusal(await cloud.asOwner('GET', `${root}/backups/none`))).toMatchObject({ http: 404 });
});

test('a backup is kept for at most a year, and a refused deletion deletes nothing', async () => {
  for (const days of ['0', '366', 'many']) {
    const path = `${root}/instances/main?enableFinalBackup=true&finalBackupTtlDays=${days}`;
    expect(refusal(await cloud.asOwner('DELETE', path))).toMatchObject({ http: 400 });
  }
  expect((await cloud.asOwner('GET', `${root}/instances/main`)).status).toBe(200);
});
