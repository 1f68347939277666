import { expect, test } from 'vitest';
import type { Deployment } from '../../src/config/deployment.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { admin, seedOf } from '../support/action.ts';
import { deploymentOf, noServer, provisionHere } from '../support/estate.ts';

const project = 'walk-staging';
const values = { MAIL_KEY: 'mail-key-0123456789' };
const compute = `compute/v1/projects/${project}`;
const accounts = `v1/projects/${project}/serviceAccounts`;
const redis = `v1/projects/${project}/locations/us-central1/instances/walk-redis`;

type Call = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

/** Calls as the owner of the project does by hand. */
function byHand(emulator: Emulator): Call {
  return async (method, path, body) => {
    const answer = await fetch(`${emulator.url}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${emulator.userToken(admin)}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text) as Record<string, unknown>;
  };
}

async function estate() {
  const emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = await deploymentOf('test/fixtures/walk/deploy.yaml', 'staging');
  /** What one more run changed, and whether it says that somebody else had changed it. */
  const provision = async (wish: Deployment = deployment) => {
    const outcomes = await provisionHere({ emulator, deployment: wish, values });
    return outcomes.flatMap(({ changes }) => changes).map(({ address, outside }) => [address, outside]);
  };
  await provision();
  const [account] = deployment.serviceAccounts;
  if (!account) throw new Error('the fixture has no service account');
  return {
    deployment,
    account,
    provision,
    call: byHand(emulator),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

const changedByHand: Readonly<Record<string, readonly [string, (call: Call) => Promise<unknown>]>> = {
  'the backups of the database': [
    'sql_instance/walk-postgres',
    (call) =>
      call('PATCH', `v1/projects/${project}/instances/walk-postgres`, {
        settings: { backupConfiguration: { enabled: false, pointInTimeRecoveryEnabled: false } },
      }),
  ],
  // Somebody who changes one label leaves the others, our stamp among them.
  'a label of Redis': [
    'redis/walk-redis',
    async (call) => {
      const { labels } = (await call('GET', redis)) as { labels: object };
      await call('PATCH', `${redis}?updateMask=labels`, { labels: { ...labels, 'managed-by': 'somebody' } });
    },
  ],
  'the routing of the network': [
    'network/walk-network',
    (call) =>
      call('PATCH', `${compute}/global/networks/walk-network`, { routingConfig: { routingMode: 'GLOBAL' } }),
  ],
  'the access of the subnet to Google': [
    'subnet/walk-network-us-central1',
    (call) =>
      call(
        'POST',
        `${compute}/regions/us-central1/subnetworks/walk-network-us-central1/setPrivateIpGoogleAccess`,
        { privateIpGoogleAccess: false },
      ),
  ],
  'the NAT of the router': [
    'router/walk-network-router',
    (call) => call('PATCH', `${compute}/regions/us-central1/routers/walk-network-router`, { nats: [] }),
  ],
};

test.each(Object.entries(changedByHand))(
  '%s, changed by hand, is put back and called changed outside',
  async (_what, [address, change]) => {
    await using here = await estate();
    await change(here.call);
    expect(await here.provision()).toEqual([[address, true]]);
    expect(await here.provision()).toEqual([]);
  },
);

test('the name of a service account that was changed by hand is put back and called changed outside', async () => {
  await using here = await estate();
  await here.call('PATCH', `${accounts}/${here.account.email}`, {
    serviceAccount: { displayName: 'mine' },
    updateMask: 'displayName',
  });
  expect(await here.provision()).toEqual([[`service_account/${here.account.id}`, true]]);
  expect(await here.provision()).toEqual([]);
});

test('what deploy.yaml itself asks for anew is not called changed outside', async () => {
  await using here = await estate();
  const [first, ...others] = here.deployment.serviceAccounts;
  const serviceAccounts = [{ ...here.account, ...first, displayName: 'another name' }, ...others];
  const renamed = { ...here.deployment, serviceAccounts };
  expect(await here.provision(renamed)).toEqual([[`service_account/${here.account.id}`, undefined]]);
  // Its new stamp went along with the name, so that a change back by hand shows.
  await here.call('PATCH', `${accounts}/${here.account.email}`, {
    serviceAccount: { displayName: here.account.displayName },
    updateMask: 'displayName',
  });
  expect(await here.provision(renamed)).toEqual([[`service_account/${here.account.id}`, true]]);
});

test('of a right that is missing nobody can tell whether it ever was there, and the plan does not say so', async () => {
  await using here = await estate();
  const { bindings, ...rest } = (await here.call('POST', `v1/projects/${project}:getIamPolicy`, {})) as {
    bindings: { role: string; members: string[] }[];
  };
  const without = bindings.map((binding) => ({
    ...binding,
    members: binding.members.filter((member) => !member.includes(here.account.email)),
  }));
  const policy = { ...rest, bindings: without.filter(({ members }) => members.length > 0) };
  await here.call('POST', `v1/projects/${project}:setIamPolicy`, { policy });
  expect(await here.provision()).toEqual([['policy/project', undefined]]);
});
