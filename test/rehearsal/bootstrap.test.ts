import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { readApplication } from '../../src/rehearsal/application.ts';
import { projectNumber } from '../../src/rehearsal/seed.ts';
import { environmentsOf, projectsOf, suiteWorkflows } from '../../src/rehearsal/world/estate.ts';
import { type ActionRun, type ActionRunner, actionRunner } from '../support/action.ts';
import { office, untouched } from '../support/administrator.ts';

// Processes on a machine that may be busy: the limit is no measurement.
const patience = 120_000;

const [shared, apart] = ['shop-shared', 'shop-production'];
const trusted = { repositoryId: '42', ownerId: '7' };
const whoAsks = {
  GITHUB_REPOSITORY_ID: trusted.repositoryId,
  GITHUB_REPOSITORY_OWNER_ID: trusted.ownerId,
  GITHUB_ACTION_REPOSITORY: 'org/aethercast-deploy',
};

const estate = `version: 1
name: shop
region: us-central1
environments:
  staging: { project: ${shared} }
  preview: { extends: staging }
  qa: { project: ${shared}, network: { name: qa-network, subnet_range: 10.9.0.0/22 }, redis: { instance: qa-redis } }
  acceptance-of-the-customer: { project: ${shared}, redis: { instance: third-redis } }
  production:
    project: ${apart}
    alerts: { email: [team@example.com] }
network: { internal_calls: dns }
redis: { memory_gb: 1 }
services:
  web:
    image: us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}
    app: { public: true }
`;
const single = estate
  .replace(/environments:\n[\s\S]+?\n(?=network)/, `project: ${shared}\n`)
  .replace('network: { internal_calls: dns }\n', '');

async function officeOf(text: string): Promise<ActionRunner> {
  const projects = untouched([shared, apart], trusted);
  const runner = await actionRunner('test/fixtures/shop', office, { projects });
  await writeFile(join(runner.workspace, 'deploy.yaml'), text);
  return runner;
}

function bootstrap(runner: ActionRunner, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runner.run('provision', { bootstrap: 'true', ...inputs }, { environment: whoAsks });
}

/** Who comes into the projects and what they may do, but for the people who own them. */
function trustIn({ snapshot }: Emulator, projects: readonly string[]): Record<string, unknown> {
  const { tables } = snapshot();
  const names = projects.flatMap((id) => [id, projectNumber(id)]);
  const of = (table: string, view: (row: Row) => unknown): Record<string, unknown> =>
    Object.fromEntries(
      (tables[table] ?? [])
        .filter(([key]) => names.some((name) => key.includes(name)))
        .map(([key, row]) => [key, view(row as Row)]),
    );
  return {
    apis: of('serviceusage.services', ({ state }) => state),
    pools: of('iam.pools', ({ disabled, state }) => [disabled, state]),
    providers: of('iam.providers', ({ name: _, displayName: __, ...rest }) => rest),
    accounts: of('iam.serviceAccounts', ({ disabled }) => disabled),
    rights: of('iam.policies', rightsOf),
  };
}

interface Row extends Readonly<Record<string, unknown>> {
  readonly bindings?: readonly { readonly role: string; readonly members: readonly string[] }[];
}

function rightsOf({ bindings = [] }: Row): readonly string[] {
  const others = bindings.filter(({ role }) => role !== 'roles/owner');
  return others.flatMap(({ role, members }) => members.map((member) => `${role} ${member}`)).sort();
}

const rightsOn = (emulator: Emulator, resource: string): readonly string[] => {
  const found = emulator.snapshot().tables['iam.policies']?.find(([key]) => key === resource);
  return found === undefined ? [] : rightsOf(found[1] as Row);
};

const deployerOf = (project: string, id = 'deployer'): string =>
  `serviceAccount:${id}@${project}.iam.gserviceaccount.com`;
const registry = `projects/${shared}/locations/us-central1/repositories/shop`;

describe('what rehearsals start from is what bootstrap makes of an empty project', {
  timeout: patience,
}, () => {
  test.each([
    ['with environments', estate, ['staging', 'production'], 5],
    ['without environments', single, [''], 1],
  ] as const)('%s', async (_, text, environments, accounts) => {
    await using runner = await officeOf(text);
    for (const environment of environments) {
      const run = await bootstrap(runner, { environment });
      expect(run.code, run.log).toBe(0);
    }
    const all = environmentsOf(await readApplication(runner.workspace));
    const projects = projectsOf(all, { ...trusted, workflows: suiteWorkflows });
    await using seeded = await startEmulator({ projects, postgres: false });
    const ids = projects.map(({ id }) => id);
    const made = trustIn(runner.emulator, ids);
    expect(Object.keys(made.accounts as object)).toHaveLength(accounts);
    expect(made).toEqual(trustIn(seeded, ids));
  });
});

describe('the rights across projects that promotions need', { timeout: patience }, () => {
  test('are given by the bootstrap of each end, and a second run does nothing', async () => {
    await using runner = await officeOf(estate);
    const { emulator } = runner;
    const to = { environment: 'qa', promotes_to: 'production' };
    const early = await bootstrap(runner, to);
    expect(early.code).toBe(1);
    expect(early.log).toContain('DEPLOYER_MISSING');
    expect(early.log).toContain('Run bootstrap for production, then this again.');
    expect(early.summary).toContain(`deployer@${apart}.iam.gserviceaccount.com`);
    // All else is there.
    expect(rightsOn(emulator, `projects/${shared}`)).toContain(`roles/run.admin ${deployerOf(shared)}`);

    const from = await bootstrap(runner, { environment: 'production', promotes_from: 'qa' });
    expect(from.code, from.log).toBe(0);
    const qa = deployerOf(shared, 'deployer-qa');
    expect(rightsOn(emulator, `projects/${apart}`).filter((right) => right.endsWith(qa))).toEqual([
      `roles/run.viewer ${qa}`,
      `roles/secretmanager.viewer ${qa}`,
    ]);
    expect(from.summary).toContain('| roles/secretmanager.viewer |');

    const again = await bootstrap(runner, to);
    expect(again.code, again.log).toBe(0);
    const production = deployerOf(apart);
    const held = rightsOn(emulator, `projects/${shared}`).filter((right) => right.endsWith(production));
    expect(held).toEqual([`roles/run.viewer ${production}`]);
    expect(rightsOn(emulator, registry)).toEqual([`roles/artifactregistry.reader ${production}`]);

    for (const inputs of [to, { environment: 'production', promotes_from: 'qa' }]) {
      const second = await bootstrap(runner, inputs);
      expect([second.code, second.writes]).toEqual([0, []]);
    }
  });

  test('find the registry that provision makes, and provision finds it as it wants it', async () => {
    await using runner = await officeOf(estate);
    await bootstrap(runner, { environment: 'production' });
    // In a shell nothing but the inputs tells the number, which is in the marks of what is made.
    const asPerson = { repository_id: trusted.repositoryId, repository_owner_id: trusted.ownerId };
    const made = await runner.run('provision', {
      ...{ bootstrap: 'true', environment: 'staging', promotes_to: 'production' },
      ...asPerson,
    });
    expect(made.code, made.log).toBe(0);
    const planned = await runner.run(
      'provision',
      { environment: 'staging', dry_run: 'true' },
      { environment: whoAsks },
    );
    expect(planned.code, planned.log).toBe(0);
    const plan = JSON.parse(planned.outputs.plan ?? '') as { address: string }[];
    expect(plan.map(({ address }) => address).filter((address) => address.startsWith('repository/'))).toEqual(
      [],
    );
    expect(plan.length).toBeGreaterThan(5);
  });

  test.each([
    ['an unknown name', { promotes_to: 'prodution' }, 'there is no environment "prodution" in deploy.yaml'],
    ['the environment itself', { promotes_from: 'staging' }, 'staging is the environment itself'],
    ['one in the same project', { promotes_to: 'qa' }, `qa is in ${shared} as well`],
    ['what previews are copies of', { promotes_to: 'preview' }, 'nothing by itself'],
    ['a preview', { promotes_to: 'pr-7' }, 'there is no environment "pr-7"'],
    [
      'a promotion of a preview',
      { environment: 'pr-7', promotes_to: 'production' },
      'pr-7 is a preview, and previews are not promoted',
    ],
    ['several at once', { promotes_to: 'production, x', promotes_from: 'y' }, '2 names of promotes_to'],
    ['no bootstrap', { bootstrap: 'false', promotes_to: 'production' }, 'are only for bootstrap'],
  ])('are refused for %s before anything is asked for', async (_, inputs, sentence) => {
    await using runner = await officeOf(estate);
    const run = await bootstrap(runner, { environment: 'staging', ...inputs });
    expect(run.log).toContain('INPUT_INVALID');
    expect(run.log).toContain(sentence);
    expect([run.code, run.requests]).toEqual([1, []]);
  });
});
