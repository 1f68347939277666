import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { projectNumber } from '../../../src/rehearsal/seed.ts';
import { actionRunner, admin, jobClaims } from '../../support/action.ts';
import { gcloudFor, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud(
  'whether the commands of docs/trust.md make a project that trusts a repository',
);

/** The project that the fixture deploys to. */
const id = 'shop-staging';
const claims = jobClaims();
const values: Readonly<Record<string, string>> = {
  PROJECT: id,
  NUMBER: projectNumber(id),
  OWNER_ID: claims.repository_owner_id,
  REPO_ID: claims.repository_id,
};

/** The page's commands, with values in place of the words in capitals, and the roles of its table. */
async function page(): Promise<{ commands: string; roles: string[] }> {
  const text = await readFile('docs/trust.md', 'utf8');
  const [, block = ''] = /```console\n([\s\S]+?)\n```/.exec(text) ?? [];
  const rows = text.split('\n').filter((line) => line.startsWith('| `roles/'));
  return {
    commands: block.replaceAll(/\b(PROJECT|NUMBER|OWNER_ID|REPO_ID)\b/g, (word) => values[word] ?? word),
    roles: rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/roles\/[A-Za-z.]+/g)].map(([role]) => role),
    ),
  };
}

gcloudTest(
  'after the commands of docs/trust.md, word for word, provision works for the trusted repository alone',
  async () => {
    const { commands, roles } = await page();
    expect(commands.match(/^gcloud /gm)).toHaveLength(5);
    expect(roles.length).toBeGreaterThan(10);
    // Nothing but the project and its owner: no API beside Google's own, no pool, no account.
    await using runner = await actionRunner('test/fixtures/shop', id, {
      projects: [
        { id, number: projectNumber(id), bindings: [{ role: 'roles/owner', members: [`user:${admin}`] }] },
      ],
    });
    await using gcloud = await gcloudFor(runner.emulator, { project: id, user: admin });
    const pasted = await gcloud.shell(commands);
    expect(pasted, pasted.stderr).toMatchObject({ code: 0 });
    for (const role of roles) {
      await gcloud.ok(
        ...['projects', 'add-iam-policy-binding', id, `--role=${role}`],
        `--member=serviceAccount:deployer@${id}.iam.gserviceaccount.com`,
      );
    }

    const inputs = { environment: 'staging', secret_env: 'MAIL_KEY=mail-key-0123456789' };
    const stranger = await runner.run('provision', inputs, { repositoryId: '43' });
    expect(stranger.code).toBe(1);
    expect(stranger.writes).toEqual([]);
    const provision = await runner.run('provision', inputs);
    expect(provision, provision.log).toMatchObject({ code: 0 });
    expect(
      await gcloud.json<{ name: string }[]>('artifacts', 'repositories', 'list', '--location=us-central1'),
    ).toHaveLength(1);
  },
  300_000,
);
