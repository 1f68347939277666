import { isDeepStrictEqual } from 'node:util';
import { type ActionRunner, actionRunner, admin, asAdmin } from '../test/support/action.ts';
import { dropInSeed, project, sample } from '../test/support/drop-in.ts';
import { noServer } from '../test/support/estate.ts';
import { type Gcloud, withGcloud } from './gcloud.ts';
import { median } from './measure.ts';
import type { Report } from './report.ts';

/** New services, and changes of one: as many of each. */
const rounds = 7;
/** What both are told, as deploy-cloudrun hands it to gcloud. */
const flags = '--cpu=2 --memory=1Gi --concurrency=40 --max-instances=5';

interface Round {
  readonly ours: number;
  readonly requests: number;
  readonly theirs?: number;
}

/** A deployment beside `gcloud run deploy` with the same flags, in turns on one emulator at zero latency. */
export async function benchDeploy(): Promise<Report> {
  await using runner = await actionRunner('test/fixtures/deploy-cloudrun', project, {
    postgres: noServer,
    projects: [dropInSeed()],
  });
  const { created, changed } = await measured(runner);
  return {
    title: 'Deploy: one service, beside gcloud run deploy',
    head: ['what', 'ms', 'requests', 'gcloud ms', 'times ours'],
    rows: [row('a new service', created), row('one variable changed', changed)],
    notes: [
      `Whole processes with their credentials, in turns: the median of ${rounds} new services and of ${rounds} changes of one.`,
      'After each round both services are read and have to be the same but for their names. The bar is 5 times.',
      'deploy-cloudrun has its own start, and the download of gcloud, on top.',
    ],
  };
}

function row(what: string, measured: readonly Round[]): string[] {
  const ours = median(measured.map((one) => one.ours));
  const theirs = measured.flatMap((one) => one.theirs ?? []);
  const gcloud =
    theirs.length === 0
      ? ['no gcloud on the PATH: NOT MEASURED', '']
      : [median(theirs).toFixed(0), (median(theirs) / ours).toFixed(1)];
  return [what, ours.toFixed(0), String(measured.at(-1)?.requests ?? 0), ...gcloud];
}

interface Rounds {
  readonly created: readonly Round[];
  readonly changed: readonly Round[];
}

/** Without gcloud on the PATH, alone. */
async function measured(runner: ActionRunner): Promise<Rounds> {
  const beside = await withGcloud(runner.emulator, { project, user: admin }, async (gcloud) => {
    // Its first command in an empty home writes its configuration, which no deployment should be charged for.
    await gcloud(['version']);
    return await inTurns(async (service, value) => {
      const ours = await deployedByUs(runner, `ours-${service}`, value);
      const theirs = await deployedByGcloud(gcloud, `theirs-${service}`, value);
      await requireSame(runner, service);
      return { ...ours, theirs };
    });
  });
  return beside ?? (await inTurns((service, value) => deployedByUs(runner, `ours-${service}`, value)));
}

async function inTurns(round: (service: string, value: string) => Promise<Round>): Promise<Rounds> {
  // Not counted: the emulator's own code is as slow at first as any.
  await round('warm', '0');
  const [created, changed]: [Round[], Round[]] = [[], []];
  for (let number = 1; number <= rounds; number++) {
    created.push(await round(String(number), '0'));
    changed.push(await round('warm', String(number)));
  }
  return { created, changed };
}

async function deployedByUs(runner: ActionRunner, service: string, value: string): Promise<Round> {
  const started = performance.now();
  const run = await runner.run('deploy-service', {
    project_id: project,
    service,
    image: sample,
    env_vars: `ROUND=${value}`,
    flags,
    skip_default_labels: 'true',
  });
  if (run.code !== 0) throw new Error(run.log);
  return { ours: performance.now() - started, requests: run.requests.length };
}

async function deployedByGcloud(gcloud: Gcloud, service: string, value: string): Promise<number> {
  const started = performance.now();
  await gcloud([
    ...['run', 'deploy', service, `--image=${sample}`, '--region=us-central1', '--quiet'],
    ...[`--update-env-vars=ROUND=${value}`, ...flags.split(' ')],
  ]);
  return performance.now() - started;
}

interface Template {
  readonly labels?: object;
  readonly revision?: string;
}

/** Throws when the two services would not run the same: then the times would compare different work. */
async function requireSame(runner: ActionRunner, service: string): Promise<void> {
  const read = async (name: string) => {
    const path = `v2/projects/${project}/locations/us-central1/services/${name}`;
    const found = await asAdmin<{ template: Template; ingress: string; traffic: object[] }>(
      runner,
      'GET',
      path,
    );
    // Names and labels of revisions, and when: gcloud forces a revision by a label of its own.
    const { labels: _labels, revision: _revision, ...template } = found.template;
    return { template, ingress: found.ingress, traffic: found.traffic };
  };
  const [ours, theirs] = await Promise.all([read(`ours-${service}`), read(`theirs-${service}`)]);
  if (!isDeepStrictEqual(ours, theirs))
    throw new Error(`not the same:\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`);
}
