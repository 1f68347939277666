import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { environmentsInProject } from '../../src/config/load.ts';
import { admit } from '../../src/preview/admission.ts';
import type { Context } from '../../src/resources/context.ts';
import { deployerRoles } from '../../src/resources/deployer-roles.ts';
import type { TrustedRepository } from '../../src/resources/identity-provider.ts';
import { type TrustInputs, trust, trustInputs, trustLines } from '../../src/resources/trust.ts';
import { jobClaims } from '../support/action.ts';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { noServer } from '../support/estate.ts';
import { brief, contextOf, failures, provision, type Run } from '../support/resources.ts';

/** Two environments and the copies for pull requests, all in one project. */
const text = `version: 1
name: shop
region: us-central1
environments:
  staging: { project: ${project.id} }
  preview: { extends: staging }
  qa: { project: ${project.id}, database: { instance: shop-qa } }
  production: { project: elsewhere }
database: { instance: shop-sql, version: POSTGRES_15 }
redis: { memory_gb: 1 }
buckets: { media: { name: "acme-media-\${environment}" } }
secrets:
  shop-key: { generate: 20 }
  shop-broker: { value: "\${redis.url}/1" }
services:
  web:
    build: { context: . }
    roles: [aiplatform.user, storage.objectViewer@media]
    env: { HOST: "\${database.host}" }
    secrets: { KEY: shop-key, BROKER: shop-broker }
    app: {}
`;
const github: TrustedRepository = {
  repositoryId: '42',
  ownerId: '7',
  environments: environmentsInProject(text, { file: 'deploy.yaml', root: '.' }, project.id),
};

/** Brings the trust about as the owner of the project. */
function bootstrap({ emulator }: TestCloud, trusted: TrustedRepository = github): Promise<Run> {
  const resources = (context: Context) => trust(context, trusted);
  return provision(emulator, text, { environment: 'staging', resources });
}

/** A project as Google hands it out, with an owner and nothing else. */
function freshCloud(): Promise<TestCloud> {
  return testCloud({
    postgres: noServer,
    projects: [{ ...project, bindings: [{ role: 'roles/owner', members: ['user:owner@example.com'] }] }],
  });
}

const pools = `/v1/projects/${project.id}/locations/global/workloadIdentityPools`;

/** The inputs of an environment's jobs, or those of a file without environments. */
function inputsOf(environment: string | undefined, environments = github.environments): TrustInputs {
  const context = { projectNumber: project.number, deployment: { project: project.id } } as Context;
  const all = trustInputs(context, { ...github, environments });
  const found = all.find((inputs) => inputs.environment === environment);
  if (!found) throw new Error(`no inputs for ${environment}`);
  return found;
}

interface Way {
  /** Whose provider the job comes in by, and whose account it asks for; its own environment's unless told. */
  readonly provider?: string;
  readonly account?: string;
}

/** The token of the deployer that a job with these claims gets, if any. */
async function tokenFor(
  cloud: TestCloud,
  environment: string,
  claims: object = {},
  way: Way = {},
): Promise<string | undefined> {
  const { emulator } = cloud;
  const provider = inputsOf(way.provider ?? environment).workload_identity_provider;
  const account = inputsOf(way.account ?? environment).service_account;
  const job = { ...jobClaims(), environment, ...claims };
  const request = emulator.github.issueRequestToken(job as never);
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
  if (exchanged.status !== 200) return undefined;
  const asJob = cloud.as(String(exchanged.body.access_token));
  const path = `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
  const answer = await asJob('POST', path, { scope: ['https://www.googleapis.com/auth/cloud-platform'] });
  return answer.status === 200 ? String(answer.body.accessToken) : undefined;
}

async function mayDeploy(cloud: TestCloud, environment: string, claims: object, way?: Way): Promise<boolean> {
  return (await tokenFor(cloud, environment, claims, way)) !== undefined;
}

/** Provisions with the token that a job of the environment gets on GitHub. */
async function asJob(
  cloud: TestCloud,
  github: string,
  environment: string,
  claims: object = {},
): Promise<Run> {
  const token = await tokenFor(cloud, github, claims);
  if (!token) throw new Error(`no token for a job of ${github}`);
  const settings = { environment, as: { token, deployer: inputsOf(github).service_account } };
  const context = contextOf(cloud.emulator, text, settings);
  if (context.deployment.preview) await admit(context, 'c0ffee'.repeat(6), { dryRun: false });
  return await provision(cloud.emulator, text, settings);
}

describe('the trust', () => {
  test('is made in a project that has nothing, and the second run does nothing', async () => {
    await using cloud = await freshCloud();
    const first = await bootstrap(cloud);
    expect(failures(first.outcomes)).toEqual([]);
    expect(first.changes.map(({ address }) => address)).toEqual([
      'apis',
      'identity_pool/github',
      'identity_provider/staging',
      'service_account/deployer',
      'policy/service_account/deployer',
      'identity_provider/preview',
      'service_account/deployer-preview',
      'policy/service_account/deployer-preview',
      'identity_provider/env-qa',
      'service_account/deployer-qa',
      'policy/service_account/deployer-qa',
      'policy/project',
    ]);
    const second = await bootstrap(cloud);
    expect([second.changes, second.writes]).toEqual([[], []]);
  });

  test('lets in jobs of that repository and environment, by numbers', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud);
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
    expect(await mayDeploy(cloud, 'staging', { repository_id: '43' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', { repository_owner_id: '8' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', { environment: 'preview' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', { environment: undefined })).toBe(false);
    expect(await mayDeploy(cloud, 'qa', {})).toBe(true);
    expect(await mayDeploy(cloud, 'preview', { event_name: 'pull_request' })).toBe(true);
    expect(await mayDeploy(cloud, 'preview', { event_name: 'push' })).toBe(false);
  });

  test('gives each environment an account of its own, which no job of another one gets', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud);
    const pullRequest = { event_name: 'pull_request' };
    expect(await mayDeploy(cloud, 'preview', pullRequest, { account: 'staging' })).toBe(false);
    expect(await mayDeploy(cloud, 'preview', pullRequest, { provider: 'staging' })).toBe(false);
    expect(await mayDeploy(cloud, 'staging', {}, { account: 'preview' })).toBe(false);
    expect(await mayDeploy(cloud, 'qa', {}, { account: 'staging' })).toBe(false);
  });

  test('that let every job of the repository in is narrowed to those of its environment', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud, { ...github, environments: [] });
    await bootstrap(cloud);
    const account = inputsOf('staging').service_account;
    const { body } = await cloud.asOwner(
      'POST',
      `/v1/projects/${project.id}/serviceAccounts/${account}:getIamPolicy`,
      {},
    );
    expect(JSON.stringify(body)).not.toContain('attribute.repository_id/42');
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
  });

  test('lets in jobs of the suite alone when it is told where its workflows are', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud, { ...github, workflows: 'org/aethercast-deploy/.github/workflows/' });
    const own = { job_workflow_ref: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main' };
    const lookalike = {
      job_workflow_ref: 'acme/org/aethercast-deploy/.github/workflows/deploy.yml@refs/heads/x',
    };
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
    expect(await mayDeploy(cloud, 'staging', own)).toBe(false);
    expect(await mayDeploy(cloud, 'staging', lookalike)).toBe(false);
  });

  test('keeps runners out that GitHub does not host, when it is told to', async () => {
    await using cloud = await freshCloud();
    const own = { runner_environment: 'self-hosted' };
    await bootstrap(cloud);
    expect(await mayDeploy(cloud, 'staging', own)).toBe(true);
    await bootstrap(cloud, { ...github, hostedRunners: true });
    expect(await mayDeploy(cloud, 'staging', own)).toBe(false);
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
  });

  test('gives the deployers what they need: one makes the environment, the other a copy of it', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud);
    const staging = await asJob(cloud, 'staging', 'staging');
    expect(failures(staging.outcomes)).toEqual([]);
    const copy = await asJob(cloud, 'preview', 'pr-7', { event_name: 'pull_request' });
    expect(failures(copy.outcomes)).toEqual([]);
    expect(copy.changes.length).toBeGreaterThan(5);
    // It builds with the builder of staging, and touches no network and no API.
    const builder = `/v1/projects/${project.id}/serviceAccounts/sa-shop-builder@${project.id}.iam.gserviceaccount.com`;
    const { body } = await cloud.asOwner('POST', `${builder}:getIamPolicy`, {});
    expect(JSON.stringify(body)).toContain(`serviceAccount:${inputsOf('preview').service_account}`);
    const token = await tokenFor(cloud, 'preview', { event_name: 'pull_request' });
    const network = `/compute/v1/projects/${project.id}/global/networks`;
    expect((await cloud.as(token)('POST', network, { name: 'mine' })).status).toBe(403);
    const enable = `/v1/projects/${project.id}/services/dns.googleapis.com:enable`;
    expect((await cloud.as(token)('POST', enable, {})).status).toBe(403);
  });

  test('that was deleted is restored under its old name', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud);
    await cloud.asOwner('DELETE', `${pools}/github/providers/staging`);
    await cloud.asOwner('DELETE', `${pools}/github`);
    const run = await bootstrap(cloud);
    expect(failures(run.outcomes)).toEqual([]);
    expect(brief(run.changes)).toEqual([
      'identity_pool/github update state',
      'identity_provider/staging update state',
    ]);
    expect(await mayDeploy(cloud, 'staging', {})).toBe(true);
  });

  test('with a condition that somebody loosened is made as strict as before', async () => {
    await using cloud = await freshCloud();
    await bootstrap(cloud);
    await cloud.asOwner('PATCH', `${pools}/github/providers/staging?updateMask=attributeCondition`, {
      attributeCondition: 'assertion.repository_owner_id == "8"',
    });
    expect(await mayDeploy(cloud, 'staging', { repository_owner_id: '8' })).toBe(true);
    const run = await bootstrap(cloud);
    expect(brief(run.changes)).toEqual(['identity_provider/staging update attributeCondition']);
    expect(await mayDeploy(cloud, 'staging', { repository_owner_id: '8' })).toBe(false);
  });

  test('says what the workflow has to give to the actions', () => {
    const context = { projectNumber: '12', deployment: { project: 'shop-prod' } } as Context;
    const one = { name: 'production', deployment: context.deployment };
    const [inputs] = trustInputs(context, { ...github, environments: [one] });
    expect(inputs && trustLines(inputs)).toEqual([
      'environment: production',
      'workload_identity_provider: projects/12/locations/global/workloadIdentityPools/github/providers/production',
      'service_account: deployer@shop-prod.iam.gserviceaccount.com',
    ]);
    const [only] = trustInputs(context, { ...github, environments: [] });
    expect(only && trustLines(only)[0]).toMatch(/providers\/aethercast-deploy$/);
    const long = { ...one, name: 'an-environment-with-a-long-name' };
    const [, second] = trustInputs(context, { ...github, environments: [one, long] });
    expect(second?.service_account).toMatch(/^deployer-an-environment-[0-9a-f]{6}@/);
  });
});

test('the page on trust names every role of the deployer', async () => {
  const page = await readFile('docs/trust.md', 'utf8');
  const table = page.slice(page.indexOf('| role |'), page.indexOf('It needs no project-wide'));
  const everything = { network: { dns: { zone: 'z' } }, alerts: {}, redis: {} } as unknown as Parameters<
    typeof deployerRoles
  >[0];
  expect([...table.matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role)).toEqual(
    deployerRoles(everything),
  );
  const [, previews = ''] = /previews has fewer: ([\s\S]+?)\n\n/.exec(page) ?? [];
  expect([...previews.matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role)).toEqual(
    deployerRoles({ ...everything, preview: {} } as unknown as Parameters<typeof deployerRoles>[0]),
  );
});
