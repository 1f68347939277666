import { join } from 'node:path';
import type { Deployment } from '../src/config/deployment.ts';
import { actionRunner, admin } from '../test/support/action.ts';
import { deploymentOf, noServer } from '../test/support/estate.ts';
import { withGcloud } from './gcloud.ts';
import type { Report } from './report.ts';

const folder = 'examples/aethercast';
const environment = 'staging';

/** Provisioning an estate that is as it should be, beside gcloud reading the same estate from the same emulator. */
export async function benchProvision(): Promise<Report> {
  const deployment = await deploymentOf(join(folder, 'deploy.yaml'), environment);
  await using runner = await actionRunner(folder, deployment.project, { postgres: noServer });
  const inputs = { environment, secret_env: 'TDA_NEWS_API_KEY=0123456789abcdef' };
  const first = await timed(() => runner.run('provision', inputs));
  const again = await timed(() => runner.run('provision', inputs));
  if (first.result.code !== 0 || again.result.code !== 0)
    throw new Error(first.result.log + again.result.log);
  const before = runner.emulator.journal.length;
  const commands = reads(deployment);
  const where = { project: deployment.project, user: admin };
  const gcloud = await withGcloud(runner.emulator, where, async (command) => {
    const started = performance.now();
    for (const words of commands) await command(words);
    return performance.now() - started;
  });
  const requests = runner.emulator.journal.length - before;
  return {
    title: 'Provision: the Aethercast estate',
    head: ['what', 'seconds', 'requests', 'writes', 'times ours'],
    rows: [
      ['from nothing', seconds(first.milliseconds), ...counts(first.result)],
      ['unchanged', seconds(again.milliseconds), ...counts(again.result), '1'],
      gcloud === undefined
        ? ['gcloud, the same reads', 'no gcloud on the PATH: NOT MEASURED', '', '', '']
        : [
            `gcloud, the same reads (${commands.length} commands)`,
            seconds(gcloud),
            String(requests),
            '0',
            (gcloud / again.milliseconds).toFixed(0),
          ],
    ],
    notes: [
      'Whole processes, one after the other, at zero latency: what is compared is what the tools themselves take.',
      'The bar is 100 times.',
    ],
  };
}

function counts(result: { requests: readonly unknown[]; writes: readonly unknown[] }): string[] {
  return [String(result.requests.length), String(result.writes.length)];
}

/** What the guide has people look at, for each resource of the estate: there is no command that looks at all. */
function reads({ database, buckets, builds, repository, redis, network, ...rest }: Deployment): string[][] {
  const { project, region, secrets, serviceAccounts, grants } = rest;
  const carriers = new Set(
    grants.filter(({ on }) => on.kind === 'secret').map(({ on }) => Object.values(on)[1]),
  );
  const names = [...buckets.map(({ name }) => name), builds.bucket];
  return [
    ['services', 'list', '--enabled'],
    ['projects', 'get-iam-policy', project],
    ...(network
      ? [
          ['compute', 'networks', 'describe', network.name],
          ['compute', 'networks', 'subnets', 'describe', network.subnet, `--region=${region}`],
        ]
      : []),
    ...names.flatMap((name) => [
      ['storage', 'buckets', 'describe', `gs://${name}`],
      ['storage', 'buckets', 'get-iam-policy', `gs://${name}`],
    ]),
    ['artifacts', 'repositories', 'describe', repository.name, `--location=${repository.location}`],
    ['artifacts', 'repositories', 'get-iam-policy', repository.name, `--location=${repository.location}`],
    ...(database
      ? [
          ['sql', 'instances', 'describe', database.instance],
          ['sql', 'databases', 'describe', database.name, `--instance=${database.instance}`],
          ['sql', 'users', 'list', `--instance=${database.instance}`],
        ]
      : []),
    ...(redis ? [['redis', 'instances', 'describe', redis.instance, `--region=${region}`]] : []),
    ...secrets.map(({ name }) => ['secrets', 'versions', 'access', 'latest', `--secret=${name}`]),
    ...[...carriers].map((name) => ['secrets', 'get-iam-policy', String(name)]),
    ...serviceAccounts.flatMap(({ email }) => [
      ['iam', 'service-accounts', 'describe', email],
      ['iam', 'service-accounts', 'get-iam-policy', email],
    ]),
  ];
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - started };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
