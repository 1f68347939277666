/** deploy-cloudrun's inputs and outputs, done by Cloud Run's API: docs/from-deploy-cloudrun.md tells what is the same. */
import type { Host } from '../../github/host.ts';
import type { Outputs } from '../../github/run-action.ts';
import { explainGoogle } from '../../google/denied.ts';
import type { Google } from '../../google/google.ts';
import { Failure } from '../../lib/failure.ts';
import { code, table } from '../../report/markdown.ts';
import { recorded } from '../github-deployment.ts';
import { connect } from '../session.ts';
import type { Deployed } from './deployed.ts';
import type { Place } from './draft.ts';
import type { DropInInputs } from './inputs.ts';
import { deployJob, planJob } from './job.ts';
import { deployMetadata } from './metadata.ts';
import { type Request, readRequest } from './request.ts';
import { deployService, planService } from './service.ts';

/** Deploys without a deployment file. Throws a Failure that says what to do; with several regions, after all have ended. */
export async function dropIn(inputs: DropInInputs, host: Host): Promise<Outputs> {
  const request = readRequest(inputs, host);
  for (const remark of request.remarks) host.warning(remark);
  if (request.source) {
    const { requireDockerfile } = await import('./source-image.ts');
    requireDockerfile(host.workspace, request.source);
  }
  const { google } = await connect(inputs, request.project, host);
  const target = {
    service: request.target.name,
    environment: inputs.github_environment ?? 'production',
    image: request.orders.image,
    commit: undefined,
    transient: false,
  };
  return await recorded(inputs, target, host, async (begin) => {
    await begin();
    return await deployEverywhere(google, request, inputs.dry_run, host);
  });
}

async function deployEverywhere(
  google: Google,
  request: Request,
  dryRun: boolean,
  host: Host,
): Promise<Outputs> {
  const regions = await Promise.allSettled(
    request.regions.map((region) =>
      deployTo(google, { project: request.project, region }, request, dryRun, host),
    ),
  );
  const done = regions.flatMap((region) => (region.status === 'fulfilled' ? [region.value] : []));
  await tell(done, request, dryRun, host);
  requireAll(request, regions, host);
  return outputsOf(done);
}

async function deployTo(
  google: Google,
  place: Place,
  request: Request,
  dryRun: boolean,
  host: Host,
): Promise<Deployed> {
  const { target, source } = request;
  if (target.kind === 'metadata') {
    if (dryRun) return metadataPlan(place, target);
    return await deployMetadata(google, place, target, request.traffic);
  }
  const order = source && !dryRun ? await withImage(google, place, request, source, host) : request;
  const [plan, deploy] = target.kind === 'job' ? [planJob, deployJob] : [planService, deployService];
  return await (dryRun ? plan : deploy)(google, place, target.name, order);
}

function metadataPlan(
  { region }: Place,
  { name, knative, file }: Request['target'] & { kind: 'metadata' },
): Deployed {
  const kind = knative === 'Job' ? 'job' : knative === 'Service' ? 'service' : 'worker pool';
  return { region, kind, name, url: '', image: '', changes: [`replaced by ${file}`], remarks: [] };
}

/** The request with the image that its sources give; flags, which come last, may still name another. */
async function withImage(
  google: Google,
  place: Place,
  request: Request,
  source: string,
  host: Host,
): Promise<Request> {
  const { imageFromSource } = await import('./source-image.ts');
  const image = await imageFromSource(google, place, request.target.name, source, host);
  const edits = [
    ({ container }: Parameters<Request['edits'][number]>[0]) => {
      container.image = image;
    },
    ...request.edits,
  ];
  return { ...request, edits };
}

async function tell(done: readonly Deployed[], request: Request, dryRun: boolean, host: Host): Promise<void> {
  for (const one of done) {
    const what = one.revision ?? one.execution ?? (dryRun ? 'planned' : 'deployed');
    host.info(`${one.region} ${one.kind} ${one.name}: ${[what, one.url].filter(Boolean).join(' ')}`);
    for (const change of one.changes) host.info(`  ${change}`);
    for (const remark of one.remarks) host.warning(remark);
  }
  if (done.length === 0) return;
  const rows = done.map((one) => [
    one.region,
    `${one.kind} ${one.name}`,
    one.revision ?? one.execution ?? '',
    one.image ? code(one.image) : '',
    one.url,
    one.changes.length > 0 ? one.changes.join(', ') : 'nothing',
  ]);
  const title = `### ${request.target.name}${dryRun ? ': plan' : ''}`;
  const columns = ['region', 'workload', 'revision', 'image', 'URL', dryRun ? 'would change' : 'changed'];
  await host.summarize(`${title}\n\n${table(columns, rows)}`);
}

function requireAll(request: Request, regions: readonly PromiseSettledResult<Deployed>[], host: Host): void {
  const failed = regions.flatMap((region, index) =>
    region.status === 'rejected'
      ? [{ region: request.regions[index] ?? '', error: region.reason as unknown }]
      : [],
  );
  const [first] = failed;
  if (!first) return;
  if (regions.length === 1) throw first.error;
  const { principal } = host.caller;
  const details = failed.map(({ region, error }) => {
    const explained = explainGoogle(error, { principal, project: request.project });
    return `${region}: ${explained instanceof Error ? explained.message : String(explained)}`;
  });
  throw new Failure(
    'REGIONS_FAILED',
    `${failed.map(({ region }) => region).join(', ')} failed, of ${regions.length} regions: ${details[0]}`,
    { next: 'The other regions are deployed. Mend what the lines above name and run again.', details },
  );
}

/** A deployment makes a revision also of what is as it was, unless that has the name it asks for. */
function isChange({ changes, revision, previous }: Deployed): boolean {
  return changes.length > 0 || revision !== previous;
}

/** `url` is empty for a job, as with deploy-cloudrun; the rest is ours. */
function outputsOf(done: readonly Deployed[]): Outputs {
  const [first] = done;
  if (!first) return {};
  return {
    url: first.url,
    revision: first.kind === 'service' ? first.revision : undefined,
    worker_revision: first.kind === 'worker pool' ? first.revision : undefined,
    previous_revision: first.previous,
    image: first.image || undefined,
    changed: done.some(isChange),
    metadata: JSON.stringify({ workloads: done.map(({ remarks: _remarks, ...one }) => one) }),
  };
}
