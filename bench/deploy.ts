import { isDeepStrictEqual } from 'node:util';
import { type ActionRunner, actionRunner, admin, asAdmin } from '../test/support/action.ts';
import { dropInSeed, project, sample } from '../test/support/drop-in.ts';
import { noServer } from '../test/support/estate.ts';
import { type Gcloud, withGcloud } from './gcloud.ts';
import { median } from './measure.ts';
import type { Report } from './report.ts';

const changesMeasured = 7;
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
  const [first, ...changes] = await measured(runner);
  return {
    title: 'Deploy: one service, beside gcloud run deploy',
    head: ['what', 'ms', 'requests', 'gcloud ms', 'times ours'],
    rows: [row('a new service', first ? [first] : []), row('one variable changed', changes)],
    notes: [
      `Whole processes with their credentials, in turns: one new service, and the median of ${changes.length} changes of it.`,
      'After each round both services are read and have to be the same but for their names. The bar is 5 times.',
      'deploy-cloudrun has its own start, and the download of gcloud, on top.',
    ],
  };
}

function row(what: string, rounds: readonly Round[]): string[] {
  const ours = median(rounds.map((one) => one.ours));
  const theirs = rounds.flatMap((one) => one.theirs ?? []);
  const gcloud =
    theirs.length === 0
      ? ['no gcloud on the PATH: NOT MEASURED', '']
      : [median(theirs).toFixed(0), (median(theirs) / ours).toFixed(1)];
  return [what, ours.toFixed(0), String(rounds.at(-1)?.requests ?? 0), ...gcloud];
}

/** The first deployment and then the changes, alone where there is no gcloud. */
async function measured(runner: ActionRunner): Promise<readonly Round[]> {
  const beside = await withGcloud(runner.emulator, { project, user: admin }, async (gcloud) => {
    // Its first command in an empty home writes its configuration, which no deployment should be charged for.
    await gcloud(['version']);
    return await each(async (value) => {
      const ours = await deployedByUs(runner, value);
      const theirs = await deployedByGcloud(gcloud, value);
      await requireSame(runner);
      return { ...ours, theirs };
    });
  });
  return beside ?? (await each((value) => deployedByUs(runner, value)));
}

async function each(round: (value: string) => Promise<Round>): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let number = 0; number <= changesMeasured; number++) rounds.push(await round(String(number)));
  return rounds;
}

async function deployedByUs(runner: ActionRunner, value: string): Promise<Round> {
  const started = performance.now();
  const run = await runner.run('deploy-service', {
    project_id: project,
    service: 'ours',
    image: sample,
    env_vars: `ROUND=${value}`,
    flags,
    skip_default_labels: 'true',
  });
  if (run.code !== 0) throw new Error(run.log);
  return { ours: performance.now() - started, requests: run.requests.length };
}

async function deployedByGcloud(gcloud: Gcloud, value: string): Promise<number> {
  const started = performance.now();
  await gcloud([
    ...['run', 'deploy', 'theirs', `--image=${sample}`, '--region=us-central1', '--quiet'],
    ...[`--update-env-vars=ROUND=${value}`, ...flags.split(' ')],
  ]);
  return performance.now() - started;
}

interface Template {
  readonly labels?: object;
  readonly revision?: string;
}

/** Throws when the two services would not run the same: then the times would compare different work. */
async function requireSame(runner: ActionRunner): Promise<void> {
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
  const [ours, theirs] = await Promise.all([read('ours'), read('theirs')]);
  if (!isDeepStrictEqual(ours, theirs))
    throw new Error(`not the same:\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`);
}
