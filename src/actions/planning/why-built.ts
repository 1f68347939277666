import { posix } from 'node:path';
import type { Source } from '../../build/source.ts';
import type { Deployment, Service, Worker } from '../../config/deployment.ts';
import type { RunContainer, RunService, RunWorkerPool, WorkloadLocation } from '../../google/run.ts';
import { counted } from '../../report/sentences.ts';
import type { Context } from '../../resources/context.ts';
import { read } from '../../resources/new-revision.ts';
import { readJob } from '../../resources/run-job.ts';
import { shortImage } from '../../resources/workload-changes.ts';

/** So many names are told; the others are counted. */
const named = 3;

/** Why the registry has no image of these sources, as far as it can be told. */
export async function whyBuilt(
  context: Context,
  service: Service,
  { source, sidecar }: { readonly source: Source; readonly sidecar?: string | undefined },
  touched: readonly string[] | undefined,
): Promise<string> {
  const running = await runningImage(context, service, sidecar);
  if (!running) return 'its first image';
  const changed = touched && touchedInputs(context.deployment, source, touched);
  if (!changed || changed.length === 0) return `other sources than ${shortImage(running)}`;
  const rest = changed.length - named;
  const files = [...changed.slice(0, named), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return `${counted(changed.length, 'file')} changed: ${files}`;
}

/** What of a change the image is made from; without deleted files, which are no inputs any more. */
export function touchedInputs(
  deployment: Pick<Deployment, 'root'>,
  source: Source,
  touched: readonly string[],
): readonly string[] {
  const at = (path: string): string => posix.normalize(posix.join(deployment.root, path));
  const context = at(source.build.context);
  const inputs = new Set(source.inputs.map(({ path }) => posix.join(context, path)));
  const own = at(source.build.dockerfile);
  return touched.filter((file) => file === own || inputs.has(file));
}

async function runningImage(
  context: Context,
  service: Service,
  sidecar: string | undefined,
): Promise<string | undefined> {
  if (!(await context.enabled()).has('run.googleapis.com')) return undefined;
  const { project, region } = context.deployment;
  const { app, worker } = service;
  const containers = app
    ? await runningContainers(context, { kind: 'services', project, region, name: app.name })
    : worker && (await containersOfWorker(context, worker));
  const own = sidecar ? containers?.find(({ name }) => name === sidecar) : containers?.[0];
  return own?.image;
}

async function runningContainers(
  context: Context,
  at: WorkloadLocation,
): Promise<readonly RunContainer[] | undefined> {
  const found = await read<RunService & RunWorkerPool>(context, at);
  return found?.template?.containers;
}

async function containersOfWorker(
  context: Context,
  { runtime, name }: Worker,
): Promise<readonly RunContainer[] | undefined> {
  const { project, region } = context.deployment;
  const at = { project, region, name };
  if (runtime !== 'job')
    return await runningContainers(context, { kind: runtime === 'pool' ? 'workerPools' : 'services', ...at });
  const job = await readJob(context, at);
  return job?.template?.template?.containers;
}
