import { duration } from '../src/emulator/latency.ts';
import { type ActionRun, actionRunner } from '../test/support/action.ts';
import { deploymentOf, noServer } from '../test/support/estate.ts';
import type { Report } from './report.ts';

const folder = 'examples/aethercast';
const environment = 'staging';
/** An hour of the cloud passes in a minute, on both sides of the wire. */
const scale = 60;
/** What the estate's longest chain waits for: nothing is faster than these, one after the other. */
const longestChain = ['serviceusage.enable', 'sql.create', 'sql.database', 'sql.user'];

/** The first provisioning of a project that has nothing, as slow, as late to show things and as limited as Google is. */
export async function benchFirstRun(): Promise<Report> {
  const operations = longestChain.reduce((sum, step) => sum + duration('typical', step), 0) / 1000;
  return {
    title: 'First run: the Aethercast estate from nothing, typical latency, published quotas',
    head: [
      'run',
      'done',
      'converged',
      'makespan s',
      'critical path s',
      'ratio',
      'operations s',
      'requests',
      'writes',
      'refused for quota',
    ],
    rows: [...(await twice('eventual', operations)), ...(await twice('strong', operations))],
    notes: [
      `The committed bundle as a process of its own; clocks run ${scale} times as fast on both sides, and seconds are those of the cloud.`,
      'The critical path is the longest chain of dependent resources, each taking as long as it took in that run: the ratio is what the executor lost, and its bar is 1.05. Operations are what the emulator itself takes for that chain, before anything is late to show.',
      'Every resource is read again after its change; the run fails when one is not as asked for. Cloud SQL has no server behind it here.',
    ],
  };
}

/** The first run in a project of its own, and the same once more. */
async function twice(consistency: 'eventual' | 'strong', operations: number): Promise<string[][]> {
  const { project } = await deploymentOf(`${folder}/deploy.yaml`, environment);
  await using runner = await actionRunner(folder, project, {
    postgres: noServer,
    latency: 'typical',
    consistency,
    quotas: 'published',
    timeScale: scale,
  });
  const provision = () =>
    runner.run(
      'provision',
      { environment, secret_env: 'TDA_NEWS_API_KEY=0123456789abcdef' },
      { environment: { AETHERCAST_TIME_SCALE: String(scale) } },
    );
  const first = await provision();
  const again = await provision();
  return [
    [
      `from nothing, ${consistency}`,
      ...outcome(first),
      ...timing(first),
      operations.toFixed(1),
      ...counts(first),
    ],
    ['again', ...outcome(again), '', '', '', '', ...counts(again)],
  ];
}

function outcome({ code, log }: ActionRun): string[] {
  const converged = code === 0 && !log.includes('DID_NOT_CONVERGE');
  return [code === 0 ? 'yes' : `NO: exit ${code}`, converged ? 'yes' : 'NO'];
}

function timing({ outputs }: ActionRun): string[] {
  const [took, longest] = [Number(outputs.seconds), Number(outputs.critical_path_seconds)];
  return [took.toFixed(1), longest.toFixed(1), (took / longest).toFixed(3)];
}

function counts({ requests, writes }: ActionRun): string[] {
  return [requests.length, writes.length, requests.filter(({ status }) => status === 429).length].map(String);
}
