import { expect, test } from 'vitest';
import { asAdmin, edit } from '../support/action.ts';
import {
  builds,
  commit,
  production,
  promotionRunner,
  recordsOf,
  services,
  servingDigests,
  staging,
} from '../support/promotion.ts';

const minutes = 60_000;

test(
  'what runs in staging comes to an empty production with the same digests, and nothing is built',
  async () => {
    await using shop = await promotionRunner();
    await shop.deployStaging();
    const [record] = await recordsOf(shop, 'staging');
    expect(record).toMatchObject({
      sha: commit,
      task: 'deploy',
      production_environment: false,
      states: ['success'],
    });
    expect(record?.payload.services.orders?.worker?.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    const web = record?.payload.services.web;
    expect([web?.worker?.revision, web?.worker?.image]).toEqual(['generation 1', web?.app?.image]);
    expect(web?.app?.sidecars?.cache).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(web?.worker?.sidecars).toEqual(web?.app?.sidecars);
    expect(record?.payload.services.web?.app?.secrets).toEqual({ SESSION_KEY: 'shop-session-key:1' });

    const found = await shop.in(staging, 'promote', {
      stage: 'find',
      from: 'staging',
      environment: 'production',
    });
    expect(found.outputs.sha).toBe(commit);
    const compared = await shop.compare({ reason: 'the first one' });
    expect(compared.log).toContain('4 workloads of production would change');
    expect([compared.code, compared.writes]).toEqual([0, []]);
    expect(compared.summary).toContain('### Promotion: staging → production');
    expect(compared.summary).toContain('web (new)');
    expect(compared.summary).toContain('env.SESSION_KEY: secret shop-session-key:new');
    expect(compared.summary).toContain('scaling: 1 to');

    const before = shop.runner.emulator.journal.length;
    const runs = await shop.promote(compared);
    expect(runs.map(({ code, log }) => (code === 0 ? 0 : log))).toEqual(runs.map(() => 0));
    const requests = shop.runner.emulator.journal.slice(before);
    expect(builds(requests)).toEqual([]);
    const digests = await servingDigests(shop.runner.emulator, staging);
    expect(Object.keys(digests)).toHaveLength(4);
    expect(await servingDigests(shop.runner.emulator, production)).toEqual(digests);
    for (const { image } of Object.values(await liveImages(shop.runner, production)))
      expect(image).toContain(`us-central1-docker.pkg.dev/${production}/`);
    const [made] = await recordsOf(shop, 'production');
    expect(made).toMatchObject({ sha: commit, production_environment: true, states: ['success'] });

    // Nothing is left to do: the same comparison again finds no difference, and copies nothing.
    const again = await shop.compare();
    expect(again.outputs.changed).toBe('false');
    expect(again.summary).toContain('Everything in production is like that already.');
    const copied = await shop.in(production, 'promote', {
      stage: 'copy',
      from: 'staging',
      images: again.outputs.images ?? '',
    });
    expect([copied.code, copied.writes]).toEqual([0, []]);

    // Whatever becomes of staging's registry, production has images of its own.
    const repository = `v1/projects/${staging}/locations/us-central1/repositories`;
    const { repositories } = await asAdmin<{ repositories: { name: string }[] }>(
      shop.runner,
      'GET',
      repository,
    );
    for (const { name } of repositories) await asAdmin(shop.runner, 'DELETE', `v1/${name}`);
    const redeployed = await shop.in(production, 'deploy-service', {
      service: 'web',
      images: copied.outputs.images ?? '',
      commit: 'b'.repeat(40),
    });
    expect(redeployed.log).not.toContain('CONTAINER_MISSING');
    expect(redeployed.code).toBe(0);

    // The lines that tell the runner what to hide name it.
    const printed = (log: string): string => log.replaceAll(/^::add-mask::.*$/gm, '');
    const values = shop.runner.emulator.secretValues();
    const shown = [compared, ...runs, again].map(
      ({ summary, log, outputs }) => `${summary}${printed(log)}${JSON.stringify(outputs)}`,
    );
    const written = `${shown.join('\n')}${JSON.stringify([record, made])}`;
    expect(values.filter((value) => value.length > 8 && written.includes(value))).toEqual([]);
  },
  5 * minutes,
);

async function liveImages(
  runner: Parameters<typeof asAdmin>[0],
  project: string,
): Promise<Record<string, { image: string }>> {
  const { services: found } = await asAdmin<{
    services: { name: string; template: { containers: { image: string }[] } }[];
  }>(runner, 'GET', `v2/projects/${project}/locations/us-central1/services`);
  return Object.fromEntries(
    found.map(({ name, template }) => [name, { image: template.containers[0]?.image ?? '' }]),
  );
}

/** A tag of the repository's that stands for the image. */
async function tagOf(runner: Parameters<typeof asAdmin>[0], image: string): Promise<string> {
  const [, location, project, repository, name, digest] =
    /^(\S+?)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^@]+)@(\S+)$/.exec(image) ?? [];
  const { tags } = await asAdmin<{ tags: { name: string; version: string }[] }>(
    runner,
    'GET',
    `v1/projects/${project}/locations/${location}/repositories/${repository}/packages/${name}/tags`,
  );
  return (
    tags
      .find(({ version }) => version.endsWith(`/${digest}`))
      ?.name.split('/')
      .at(-1) ?? ''
  );
}

test(
  'a difference that has changed since the approval is refused, and nothing is written',
  async () => {
    await using shop = await promotionRunner();
    await shop.deployStaging();
    const compared = await shop.compare();
    const { hash = '', migrations = '' } = compared.outputs;
    const verify = (inputs: Record<string, string> = {}) =>
      shop.in(production, 'promote', { stage: 'verify', from: 'staging', hash, migrations, ...inputs });
    expect((await verify()).code).toBe(0);
    const other = await verify({ hash: `sha256:${'0'.repeat(64)}` });
    expect([other.code, other.writes]).toEqual([1, []]);
    // Provisioning gives production's secrets their first versions, which the approved difference did not have.
    expect(
      (await shop.in(production, 'provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' })).code,
    ).toBe(0);
    const changed = await verify();
    expect([changed.code, changed.writes]).toEqual([1, []]);
    expect(changed.log).toContain(
      'PROMOTION_CHANGED: What would be promoted from staging to production is not what was approved',
    );
    expect(changed.log).toContain('Start the promotion again to have it approved.');
  },
  5 * minutes,
);

test(
  'of some services alone the others stay as they are',
  async () => {
    await using shop = await promotionRunner();
    await shop.deployStaging();
    const compared = await shop.compare({ services: 'web' });
    expect(JSON.parse(compared.outputs.services ?? '')).toEqual(['web']);
    const runs = await shop.promote(compared, { services: ['web'] });
    expect(Object.keys(await servingDigests(shop.runner.emulator, production))).toEqual([
      'shop-web',
      'shop-web-worker',
    ]);
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    const [record] = await recordsOf(shop, 'production');
    expect([record?.states, Object.keys(record?.payload.services.orders ?? {})]).toEqual([['success'], []]);
    const unknown = await shop.compare({ services: 'web,shop' });
    expect(unknown.log).toContain('deploy.yaml has no service shop.');
    expect(unknown.code).toBe(1);
  },
  5 * minutes,
);

test(
  'what deploy.yaml does not ask for any more is shown before the approval, and goes with prune at the end',
  async () => {
    await using shop = await promotionRunner();
    await shop.deployStaging();
    const ended = async (runs: ReturnType<typeof shop.promote>) =>
      expect((await runs).map(({ code, log }) => (code === 0 ? 0 : log))).not.toContainEqual(
        expect.any(String),
      );
    await ended(shop.promote(await shop.compare()));

    // The worker gets another name, and production still has a service of before.
    await edit(
      shop.runner,
      'deploy.yaml',
      'worker: { command: [celery]',
      'worker: { name: shop-tasks, command: [celery]',
    );
    await shop.deployStaging();
    const region = `v2/projects/${production}/locations/us-central1`;
    const labels = {
      'managed-by': 'aethercast-deploy',
      deployment: 'shop',
      environment: 'production',
      service: 'gone',
    };
    await asAdmin(shop.runner, 'POST', `${region}/services?serviceId=shop-gone`, {
      labels,
      template: {
        containers: [{ image: `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}` }],
      },
    });
    const there = async () => Object.keys(await servingDigests(shop.runner.emulator, production)).sort();

    const kept = await shop.compare();
    expect(kept.code, kept.log).toBe(0);
    expect(kept.summary).toContain('leave service shop-gone (ours)');
    expect(kept.summary).toContain(
      'Goes at the end: worker pool shop-orders-worker, since the worker of services.orders is worker pool shop-tasks now.',
    );
    const some = await shop.compare({ prune: 'true', services: 'web' });
    expect(some.summary).toContain('leave service shop-gone (ours)');
    expect(some.summary).not.toContain('Goes at the end');
    const pruned = await shop.compare({ prune: 'true' });
    expect(pruned.summary).toContain(
      'Goes at the end: service shop-gone, since deploy.yaml has no service gone any more',
    );
    expect(pruned.outputs.hash).not.toBe(kept.outputs.hash);

    const [unapproved] = await shop.promote(kept, { prune: true });
    expect([unapproved?.code, unapproved?.writes]).toEqual([1, []]);
    expect(unapproved?.log).toContain('PROMOTION_CHANGED');
    await ended(shop.promote(kept));
    expect(await there()).toEqual(['shop-gone', 'shop-orders', 'shop-tasks', 'shop-web', 'shop-web-worker']);

    const last = await shop.compare({ prune: 'true' });
    expect(last.outputs.changed).toBe('true');
    await ended(shop.promote(last, { prune: true }));
    expect(await there()).toEqual(['shop-orders', 'shop-tasks', 'shop-web', 'shop-web-worker']);
    expect((await shop.compare({ prune: 'true' })).outputs.changed).toBe('false');
  },
  6 * minutes,
);

test(
  'each reason not to promote is told in a sentence, and nothing is written',
  async () => {
    await using shop = await promotionRunner();
    const refused = async (code: string, ...words: readonly string[]) => {
      const run = await shop.compare();
      expect([run.code, run.writes], run.log).toEqual([1, []]);
      for (const word of [code, ...words]) expect(run.log).toContain(word);
    };
    await refused('PROMOTION_NO_RECORD', 'No successful deployment to staging is on record');
    await shop.deployStaging();
    expect((await shop.compare()).code).toBe(0);

    const path = `v2/projects/${staging}/locations/us-central1/services/shop-web`;
    const web = await asAdmin<{
      latestReadyRevision: string;
      template: { containers: { image: string }[] };
      traffic: object[];
    }>(shop.runner, 'GET', path);
    const first = web.latestReadyRevision.split('/').at(-1);
    const patch = (mask: string, body: object) =>
      asAdmin(shop.runner, 'PATCH', `${path}?updateMask=${mask}`, body);

    // Somebody deploys by hand: another revision than the one on record serves.
    await patch('template', {
      template: { ...web.template, revision: 'shop-web-byhand', labels: { by: 'hand' } },
    });
    await patch('traffic', { traffic: [{ type: latest, percent: 100 }] });
    await refused(
      'PROMOTION_MIXED',
      'What serves in staging comes from different deployments: of shop-web it is shop-web-byhand',
      `${first} on record for aaaaaaa`,
    );
    await patch('traffic', {
      traffic: [
        { type: byRevision, revision: 'shop-web-byhand', percent: 40 },
        { type: byRevision, revision: first, percent: 60 },
      ],
    });
    await refused(
      'PROMOTION_TRAFFIC_SPLIT',
      'Several revisions of shop-web serve in staging: ',
      'shop-web-byhand 40 %',
    );
    // Somebody deploys a tag, which may mean another image tomorrow.
    const [container, ...others] = web.template.containers;
    const image = `${container?.image.split('@')[0]}:${await tagOf(shop.runner, container?.image ?? '')}`;
    await patch('template', {
      template: {
        ...web.template,
        revision: 'shop-web-bytag',
        containers: [{ ...container, image }, ...others],
      },
    });
    await patch('traffic', { traffic: [{ type: byRevision, revision: 'shop-web-bytag', percent: 100 }] });
    await refused(
      'PROMOTION_NOT_PINNED',
      `shop-web-bytag of shop-web in staging runs ${image}, which is not pinned`,
    );
    await patch('traffic', { traffic: [{ type: byRevision, revision: first, percent: 100 }] });
    expect((await shop.compare()).code).toBe(0);

    // A check that fails after the deployment counts; the promotion's own jobs do not.
    const own = shop.repository.startCheck('promote / compare', commit);
    shop.repository.endCheck(shop.repository.startCheck('promote / deploy web', commit), 'failure');
    expect((await shop.compare()).code).toBe(0);
    shop.repository.endCheck(own, 'success');
    const nightly = shop.repository.startCheck('nightly', commit);
    shop.repository.endCheck(nightly, 'failure');
    await refused('PROMOTION_CHECK_FAILED', 'The check "nightly" of aaaaaaa failed at');
    shop.repository.endCheck(nightly, 'success');

    // A later deployment that failed.
    await shop.in(staging, 'release', { result: 'failure' });
    await refused(
      'PROMOTION_AFTER_FAILURE',
      'The last deployment to staging (aaaaaaa',
      'failed, and came after the one on record',
    );
    expect((await shop.in(staging, 'release', { images: '{}' })).code).toBe(0);
    expect((await shop.compare()).code).toBe(0);

    // A sidecar that somebody exchanged in the job, and a job that is gone.
    const jobPath = path.replace('services/shop-web', 'jobs/shop-web-worker');
    const job = await asAdmin<Job>(shop.runner, 'GET', jobPath);
    const exchanged = structuredClone(job);
    const [main, cache] = exchanged.template.template.containers;
    if (!main || !cache) throw new Error('the job has no sidecar');
    cache.image = main.image;
    await asAdmin(shop.runner, 'PATCH', jobPath, exchanged);
    await refused('PROMOTION_MIXED', 'of shop-web-worker it is generation 2, and generation 1 on record');
    const record = await shop.in(staging, 'release');
    expect(record.code).toBe(1);
    expect(record.log).toMatch(/cache beside shop-web-worker runs \S+, and not \S+/);
    await asAdmin(shop.runner, 'DELETE', jobPath);
    await refused('PROMOTION_NOT_READY', 'shop-web-worker is not ready in staging: it does not exist.');

    // An app that is gone.
    await asAdmin(shop.runner, 'DELETE', path);
    await refused('PROMOTION_NOT_READY', 'shop-web is not ready in staging: it does not exist.');
  },
  5 * minutes,
);

interface Job {
  readonly template: { readonly template: { readonly containers: { image: string }[] } };
}

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

test(
  'without the right to read the images of staging the promotion says which grant is missing',
  async () => {
    await using shop = await promotionRunner();
    await shop.deployStaging();
    const compared = await shop.compare();
    expect(
      (await shop.in(production, 'provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' })).code,
    ).toBe(0);
    const policy = await asAdmin<{ bindings: { role: string; members: string[] }[] }>(
      shop.runner,
      'POST',
      `v1/projects/${staging}:getIamPolicy`,
      {},
    );
    await asAdmin(shop.runner, 'POST', `v1/projects/${staging}:setIamPolicy`, {
      policy: { bindings: policy.bindings.filter(({ role }) => role !== 'roles/artifactregistry.reader') },
    });
    const run = await shop.in(production, 'promote', {
      stage: 'copy',
      from: 'staging',
      images: compared.outputs.images ?? '',
    });
    expect([run.code, run.writes]).toEqual([1, []]);
    expect(run.log).toContain('PROMOTION_IMAGES_UNREADABLE: The images of staging cannot be read');
    expect(run.log).toContain(
      `--project=${staging} --location=us-central1 --member=serviceAccount:deployer@${production}.iam.gserviceaccount.com --role=roles/artifactregistry.reader`,
    );
  },
  5 * minutes,
);

test(
  'a record is finished by the next run when this one was cut off, and says so when another set serves',
  async () => {
    await using shop = await promotionRunner();
    await shop.deployStaging();
    const { faults } = shop.runner.emulator;
    for (const drop of ['before', 'after'] as const) {
      for (const path of [/deployments$/, /deployments\/\d+\/statuses$/]) {
        faults.add({ method: 'POST', path, drop });
        const cut = await shop.in(staging, 'release');
        expect([cut.code, cut.log.includes('GITHUB_UNREACHABLE')]).toEqual([1, true]);
        faults.clear();
        const again = await shop.in(staging, 'release');
        expect([again.code, again.outputs.state]).toEqual([0, 'success']);
        const records = await recordsOf(shop, 'staging');
        expect(records[0]?.states[0]).toBe('success');
        expect(records.filter(({ states }) => states.length === 0)).toEqual([]);
        expect((await shop.compare()).code).toBe(0);
      }
    }
    const others = services.map((key) => [key, `x/${key}@sha256:${'0'.repeat(64)}`]);
    const record = await shop.in(staging, 'release', { images: JSON.stringify(Object.fromEntries(others)) });
    expect(record.code).toBe(1);
    expect(record.log).toContain(
      'RELEASE_NOT_SERVING: What serves in staging is not the set that was just deployed',
    );
    expect((await recordsOf(shop, 'staging'))[0]?.states).toEqual(['failure']);
  },
  5 * minutes,
);
