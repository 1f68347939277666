import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployerEmail, providerName } from '../../src/rehearsal/seed.ts';
import { actionRunner, jobClaims, seedOf } from '../support/action.ts';

const shop = 'test/fixtures/shop';

describe('bad input', () => {
  test('ten mistakes are ten annotations at their lines, exit 1, and no request', async () => {
    await using runner = await actionRunner('test/fixtures/config', 'shop-staging');
    for (const action of ['plan', 'provision']) {
      const run = await runner.run(action, { config: 'ten-mistakes.yaml', environment: 'staging' });
      const places = [
        ...run.log.matchAll(/^::error title=[A-Z_]+,file=ten-mistakes\.yaml,line=(\d+),col=\d+::/gm),
      ];
      expect(run.code).toBe(1);
      expect(places).toHaveLength(10);
      expect(new Set(places.map(([, line]) => line)).size).toBe(10);
      expect(run.log).toContain('CONFIG_INVALID');
      expect(run.requests).toEqual([]);
    }
  });

  test('all problems of the inputs come at once, before anything else', async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const run = await runner.run('build', { dry_run: 'perhaps' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('dry_run must be true or false, found "perhaps"');
    expect(run.log).toContain('service is required');
    expect(run.requests).toEqual([]);
  });

  test('a malformed secret_env names the line and not its content', async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const run = await runner.run('provision', { secret_env: 'GOOD=1234567\nhunter2-without-a-name' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('secret_env line 2 is not NAME=value');
    const unmasked = run.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(unmasked.join('\n')).not.toContain('hunter2');
  });

  test('a file that is not there and a service that is not in it are told from each other', async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const missing = await runner.run('plan', { config: 'elsewhere.yaml' });
    expect(missing.log).toContain('CONFIG_NOT_FOUND');
    const unknown = await runner.run('build', { service: 'orderz' });
    expect(unknown.log).toContain('SERVICE_UNKNOWN');
    expect(unknown.log).toContain('orders, web');
    expect(unknown.requests).toEqual([]);
  });
});

describe('credentials', () => {
  test("the action's own inputs suffice", async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const run = await runner.run('provision', { dry_run: 'true', secret_env: 'MAIL_KEY=0123456789' });
    expect(run.log).toContain('plan:');
    expect(run.code).toBe(0);
    expect(run.writes).toEqual([]);
  });

  test('what google-github-actions/auth left suffices as well', async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const { emulator, project, workspace } = runner;
    const audience = encodeURIComponent(`https://iam.googleapis.com/${providerName(project)}`);
    const file = join(workspace, 'gha-creds-0123456789abcdef.json');
    await writeFile(
      file,
      JSON.stringify({
        type: 'external_account',
        audience: `//iam.googleapis.com/${providerName(project)}`,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${emulator.url}/v1/token`,
        credential_source: {
          url: `${emulator.github.oidcUrl}&audience=${audience}`,
          headers: { Authorization: `Bearer ${emulator.github.issueRequestToken(jobClaims())}` },
          format: { type: 'json', subject_token_field_name: 'value' },
        },
        service_account_impersonation_url: `${emulator.url}/v1/projects/-/serviceAccounts/${deployerEmail(project)}:generateAccessToken`,
      }),
    );
    const run = await runner.run(
      'provision',
      { dry_run: 'true', secret_env: 'MAIL_KEY=0123456789' },
      { credentials: 'none', environment: { GOOGLE_APPLICATION_CREDENTIALS: file } },
    );
    expect(run.log).toContain('plan:');
    expect(run.code).toBe(0);
    expect(
      run.requests.some(({ principal }) => principal === `serviceAccount:${deployerEmail(project)}`),
    ).toBe(true);
  });

  test('without any, the message names both ways', async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const run = await runner.run(
      'provision',
      {},
      { credentials: 'none', environment: { HOME: runner.workspace } },
    );
    expect(run.code).toBe(1);
    expect(run.log).toContain('NO_CREDENTIALS');
    expect(run.log).toContain('workload_identity_provider');
    expect(run.log).toContain('google-github-actions/auth');
  });

  test('a job that is not trusted is refused with the half of the trust that is wrong', async () => {
    const [project] = seedOf('shop-staging');
    const serviceAccounts = [...(project?.serviceAccounts ?? []), { id: 'closed' }];
    await using runner = await actionRunner(shop, 'shop-staging', {
      projects: project ? [{ ...project, serviceAccounts }] : [],
    });
    const stranger = await runner.run('provision', {}, { repositoryId: '43' });
    expect([stranger.code, stranger.writes]).toEqual([1, []]);
    expect(stranger.log).toContain('FEDERATION_REFUSED');
    expect(stranger.log).toContain('attribute condition');
    const run = await runner.run('provision', {
      service_account: 'closed@shop-staging.iam.gserviceaccount.com',
    });
    expect([run.code, run.writes]).toEqual([1, []]);
    expect(run.log).toContain('IMPERSONATION_REFUSED');
    expect(run.log).toContain('roles/iam.workloadIdentityUser');
  });

  test('without the permission to get an identity token, the message names it', async () => {
    await using runner = await actionRunner(shop, 'shop-staging');
    const run = await runner.run('provision', {}, { environment: { ACTIONS_ID_TOKEN_REQUEST_URL: '' } });
    expect(run.code).toBe(1);
    expect(run.log).toContain('id-token: write');
  });
});
