import { type ActionRun, actionRunner } from '../test/support/action.ts';
import { deploymentOf, noServer } from '../test/support/estate.ts';
import type { Report } from './report.ts';

const folder = 'examples/aethercast';
const environment = 'staging';
/** An hour of the cloud passes in a minute, on both sides of the wire. */
const scale = 60;

/** The first provisioning of a project that has nothing, as slow, as late to show things and as limited as Google is. */
export async function benchFirstRun(): Promise<Report> {
  const { project } = await deploymentOf(`${folder}/deploy.yaml`, environment);
  await using runner = await actionRunner(folder, project, {
    postgres: noServer,
    latency: 'typical',
    consistency: 'eventual',
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
  return {
    title: 'First run: the Aethercast estate from nothing, eventual, typical latency, published quotas',
    head: ['run', 'done', 'converged', 'makespan s', 'critical path s', 'ratio', ...requestColumns],
    rows: [
      ['from nothing', ...outcome(first), ...timing(first), ...counts(first)],
      ['again', ...outcome(again), '', '', '', ...counts(again)],
    ],
    notes: [
      `The committed bundle as a process of its own; clocks run ${scale} times as fast on both sides. Seconds are those of the cloud. The bar is a ratio of 1.05.`,
      'Every resource is read again after its change; the run fails when one is not as asked for. Cloud SQL has no server behind it here.',
    ],
  };
}

const requestColumns = ['requests', 'writes', 'refused for quota'];

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
