import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/resources/context.ts';
import {
  deployerRoles,
  type TrustedRepository,
  trust,
  trustInputs,
  trustLines,
} from '../../src/resources/trust.ts';
import { jobClaims } from '../support/action.ts';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, type RunSettings, shop } from '../support/resources.ts';

const text = shop('services: { web: { image: "nginx:1.29", app: {} } }');
const github: TrustedRepository = {
  repositoryId: '42',
  ownerId: '7',
  environments: ['staging', 'preview', 'qa'],
};
const settings: RunSettings = { resources: (context: Context) => trust(context, github) };

/** A project as Google hands it out, with an owner and nothing else. */
function freshCloud(): Promise<TestCloud> {
  return testCloud({
    projects: [{ ...project, bindings: [{ role: 'roles/owner', members: ['user:owner@example.com'] }] }],
  });
}

const pools = `/v1/projects/${project.id}/locations/global/workloadIdentityPools`;

/** Whether a job with these claims gets a token of the deployer. */
async function mayDeploy(cloud: TestCloud, environment: string, claims: object): Promise<boolean> {
  const { emulator } = cloud;
  const [inputs] = trustInputs(
    { projectNumber: project.number, deployment: { project: project.id } } as Context,
    {
      ...github,
      environments: [environment],
    },
  );
  const provider = inputs?.workload_identity_provider ?? '';
  const request = emulator.github.issueRequestToken({ ...jobClaims(), environment, ...claims } as never);
  const audience = encodeURIComponent(`https://iam.googleapis.com/${provider}`);
  const idToken = await fetch(`${emulator.github.oidcUrl}&audience=${audience}`, {
    headers: { authorization: `Bearer ${request}` },
  });
  const { value } = (await idToken.json()) as { value: string };
  const exchanged = await cloud.as(undefined)('POST', '/v1/token', {
    audience: `//iam.googleapis.com/${provider}`,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
    subjectToken: value,
  });
  if (exchanged.status !== 200) return false;
  const asJob = cloud.as(String(exchanged.body.access_token));
  const account = `/v1/projects/-/serviceAccounts/${inputs?.service_account}:generateAccessToken`;
  const answer = await asJob('POST', account, { scope: ['https://www.googleapis.com/auth/cloud-platform'] });
  return answer.status === 200;
}

describe('the trust', () => {
  test('is made in a project that has nothing, and the second run does nothing', async () => {
    await using cloud = await freshCloud();
    const first = await provision(cloud.emulator, text, settings);
    expect(failures(first.outcomes)).toEqual([]);
    expect(first.changes.map(({ address }) => address)).toEqual([
      'apis',
      'identity_pool/github',
      'identity_provider/staging',
      'identity_provider/preview',
      'identity_provider/env-qa',
      'service_account/deployer',
      'policy/service_account/deployer',
      'policy/project',
    ]);
    const second = await provision(cloud.emulator, text, settings);
    expect([second.changes, second.writes]).toEqual([[], []]);
  });

  test('lets in jobs of that repository and environment, by numbers', async () => {
    await using cloud = await freshCloud();
    await provision(cloud.emulator, text, settings);
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
    expect(await mayDeploy(cloud, 'staging', { repository_id: '43' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', { repository_owner_id: '8' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', { environment: 'preview' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', { environment: undefined })).toBe(false);
    expect(await mayDeploy(cloud, 'qa', {})).toBe(true);
    expect(await mayDeploy(cloud, 'preview', { event_name: 'pull_request' })).toBe(true);
    expect(await mayDeploy(cloud, 'preview', { event_name: 'push' })).toBe(false);
  });

  test('that was deleted is restored under its old name', async () => {
    await using cloud = await freshCloud();
    await provision(cloud.emulator, text, settings);
    await cloud.asOwner('DELETE', `${pools}/github/providers/staging`);
    await cloud.asOwner('DELETE', `${pools}/github`);
    const run = await provision(cloud.emulator, text, settings);
    expect(failures(run.outcomes)).toEqual([]);
    expect(brief(run.changes)).toEqual([
      'identity_pool/github update state',
      'identity_provider/staging update state',
    ]);
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
  });

  test('with a condition that somebody loosened is made as strict as before', async () => {
    await using cloud = await freshCloud();
    await provision(cloud.emulator, text, settings);
    await cloud.asOwner('PATCH', `${pools}/github/providers/staging?updateMask=attributeCondition`, {
      attributeCondition: 'assertion.repository_owner_id == "8"',
    });
    expect(await mayDeploy(cloud, 'staging', { repository_owner_id: '8' })).toBe(true);
    const run = await provision(cloud.emulator, text, settings);
    expect(brief(run.changes)).toEqual(['identity_provider/staging update attributeCondition']);
    expect(await mayDeploy(cloud, 'staging', { repository_owner_id: '8' })).toBe(false);
  });

  test('says what the workflow has to give to the actions', () => {
    const context = { projectNumber: '12', deployment: { project: 'shop-prod' } } as Context;
    const [inputs] = trustInputs(context, { ...github, environments: ['production'] });
    expect(inputs && trustLines(inputs)).toEqual([
      'environment: production',
      'workload_identity_provider: projects/12/locations/global/workloadIdentityPools/github/providers/production',
      'service_account: deployer@shop-prod.iam.gserviceaccount.com',
    ]);
    const [only] = trustInputs(context, { ...github, environments: [] });
    expect(only && trustLines(only)[0]).toMatch(/providers\/aethercast-deploy$/);
  });
});

test('the page on trust names every role of the deployer', async () => {
  const page = await readFile('docs/trust.md', 'utf8');
  const table = page.slice(page.indexOf('| role |'), page.indexOf('It needs no project-wide'));
  const everything = { network: { dns: { zone: 'z' } }, alerts: {} } as unknown as Parameters<
    typeof deployerRoles
  >[0];
  expect([...table.matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role)).toEqual(
    deployerRoles(everything),
  );
});
