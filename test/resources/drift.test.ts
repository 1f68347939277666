import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { admin, seedOf } from '../support/action.ts';
import { deploymentOf, noServer, provisionHere } from '../support/estate.ts';

const project = 'walk-staging';
const values = { MAIL_KEY: 'mail-key-0123456789' };

test.each([
  [
    'the backups of the database',
    'sql_instance/walk-postgres',
    `v1/projects/${project}/instances/walk-postgres`,
    { settings: { backupConfiguration: { enabled: false, pointInTimeRecoveryEnabled: false } } },
  ],
  [
    'a label of Redis',
    'redis/walk-redis',
    `v1/projects/${project}/locations/us-central1/instances/walk-redis`,
    undefined,
  ],
])('%s, changed by hand, is put back and called changed outside', async (_what, address, path, body) => {
  await using emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = await deploymentOf('test/fixtures/walk/deploy.yaml', 'staging');
  await provisionHere({ emulator, deployment, values });
  const call = async (method: string, content?: object) => {
    const answer = await fetch(
      `${emulator.url}/${path}${method === 'PATCH' && !body ? '?updateMask=labels' : ''}`,
      {
        method,
        headers: {
          authorization: `Bearer ${emulator.userToken(admin)}`,
          ...(content ? { 'content-type': 'application/json' } : {}),
        },
        ...(content ? { body: JSON.stringify(content) } : {}),
      },
    );
    expect(answer.status).toBe(200);
    return (await answer.json()) as { labels?: Record<string, string> };
  };
  // Somebody who changes one label leaves the others, our stamp among them.
  const changed = body ?? { labels: { ...(await call('GET')).labels, 'managed-by': 'somebody' } };
  await call('PATCH', changed);
  const outcomes = await provisionHere({ emulator, deployment, values });
  const changes = outcomes.flatMap((outcome) => outcome.changes);
  expect(changes.map((change) => [change.address, change.outside])).toEqual([[address, true]]);
  const again = await provisionHere({ emulator, deployment, values });
  expect(again.flatMap((outcome) => outcome.changes)).toEqual([]);
});
