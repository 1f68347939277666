import { parseDeployment } from '../src/config/load.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { seedOf } from '../test/support/action.ts';
import { noServer, provisionHere } from '../test/support/estate.ts';
import type { Report } from './report.ts';

const sizes = [10, 100, 500];
const project = 'growth-staging';

/** How provisioning grows with the estate: time, memory and requests for each service, under the published quotas. */
export async function benchGrowth(): Promise<Report> {
  const rows: string[][] = [];
  for (const services of sizes) rows.push(await measure(services));
  return {
    title: 'Growth: provisioning 10, 100 and 500 services',
    head: [
      'services',
      'config ms',
      'first s',
      'again s',
      'requests',
      'again',
      'refused for quota',
      'MB',
      'first ms each',
    ],
    rows,
    notes: [
      'Each service has a secret and its rights; fifty service accounts are shared, since a project has at most 100. Waiting takes no time, so quotas show as waits avoided, not as seconds.',
      'Memory is what the heap grew by during the first run, emulator included.',
    ],
  };
}

async function measure(services: number): Promise<string[]> {
  const started = performance.now();
  const { deployment, findings } = parseDeployment(fileWith(services), { file: 'deploy.yaml', root: '.' });
  const parsed = performance.now() - started;
  if (!deployment) throw new Error(JSON.stringify(findings.slice(0, 3)));
  await using emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const run = async () => {
    const before = emulator.journal.length;
    const at = performance.now();
    const outcomes = await provisionHere({ emulator, deployment, values: {} });
    const failed = outcomes.find(({ state }) => state === 'failed');
    if (failed) throw failed.error;
    return { milliseconds: performance.now() - at, requests: emulator.journal.slice(before) };
  };
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed;
  const first = await run();
  const grown = (process.memoryUsage().heapUsed - heap) / 1024 / 1024;
  const again = await run();
  const refused = [...first.requests, ...again.requests].filter(({ status }) => status === 429).length;
  return [
    String(services),
    parsed.toFixed(0),
    (first.milliseconds / 1000).toFixed(2),
    (again.milliseconds / 1000).toFixed(2),
    String(first.requests.length),
    String(again.requests.length),
    String(refused),
    grown.toFixed(0),
    (first.milliseconds / services).toFixed(1),
  ];
}

function fileWith(services: number): string {
  const numbers = Array.from({ length: services }, (_, index) => String(index + 1).padStart(3, '0'));
  return [
    'version: 1',
    'name: growth',
    'region: us-central1',
    `project: ${project}`,
    'secrets:',
    ...numbers.map((number) => `  growth-key-${number}: { generate: 32 }`),
    'services:',
    ...numbers.flatMap((number) => [
      `  s${number}:`,
      // A project has at most 100 service accounts unless Google raised it.
      `    service_account: sa-growth-${Number(number) % 50}`,
      '    build: { context: . }',
      `    secrets: { KEY: growth-key-${number} }`,
      '    app: { port: 8080 }',
    ]),
  ].join('\n');
}
