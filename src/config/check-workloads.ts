import { checkImage } from './check-image.ts';
import { checkMarks } from './check-marks.ts';
import { checkSidecars } from './check-sidecars.ts';
import { checkGpu, checkSize } from './check-size.ts';
import { checkVolumes } from './check-volumes.ts';
import { checkWorker } from './check-worker.ts';
import { type Draft, variablesOf, where, whereKey } from './draft.ts';
import type { ServiceConfig } from './schema.ts';
import { millicpu, seconds } from './schema-values.ts';
import { nodeAt } from './tree.ts';

/** What Cloud Run would refuse about a service, and what would not be what the user meant. */
export function checkWorkloads(draft: Draft): void {
  for (const [key, service] of Object.entries(draft.config.services)) {
    checkParts(key, service, draft);
    checkImage(['services', key], service, draft);
    if (service.app !== undefined) checkApp(key, service.app, draft);
    if (service.worker !== undefined) checkWorker(key, service.worker, draft);
    checkSidecars(key, service, draft);
    checkVolumes(key, service, draft);
    checkMarks(key, draft);
    checkEgress(key, service, draft);
  }
}

/** What the text has, whether or not the schema accepted it: a refused block was reported already. */
function isWritten(draft: Draft, key: string, part: string): boolean {
  return nodeAt(draft.written, ['services', key, part]) !== undefined;
}

function checkParts(key: string, service: ServiceConfig, draft: Draft): void {
  const runs = service.app !== undefined || service.worker !== undefined;
  if (runs || isWritten(draft, key, 'app') || isWritten(draft, key, 'worker')) return;
  draft.findings.error({
    code: 'NO_WORKLOAD',
    at: whereKey(draft, 'services', key),
    message: `${key} has neither app: nor worker:, so nothing would run`,
    fix: 'add app: for what answers requests, worker: for what works in the background',
  });
}

function checkEgress(key: string, service: ServiceConfig, draft: Draft): void {
  if (service.egress !== 'private-ranges' || draft.config.network.internal_calls === 'dns') return;
  const called = internalCalls(key, draft);
  if (called.length === 0) return;
  draft.findings.error({
    code: 'EGRESS_TOO_NARROW',
    at: where(draft, 'services', key, 'egress'),
    message: `${key} calls ${called.join(', ')}, which only the VPC reaches, and the address of a service counts as public`,
    fix: 'remove egress, set it to all-traffic, or set network.internal_calls: dns',
  });
}

/** Services that `${services.X...}` in the variables names and that are internal. */
function internalCalls(key: string, draft: Draft): readonly string[] {
  const texts = [...variablesOf(draft, key).values()].map(({ node }) => node.text);
  return Object.entries(draft.config.services)
    .filter(([other, { app }]) => other !== key && app !== undefined && app.ingress !== 'all')
    .map(([other]) => other)
    .filter((other) => texts.some((text) => text.includes(`\${services.${other}.`)));
}

function checkApp(key: string, app: NonNullable<ServiceConfig['app']>, draft: Draft): void {
  const path = ['services', key, 'app'] as const;
  if (app.min_instances > app.max_instances) {
    draft.findings.error({
      code: 'MIN_ABOVE_MAX',
      at: where(draft, ...path, 'min_instances'),
      message: `min_instances is ${app.min_instances}, max_instances only ${app.max_instances}`,
      fix: 'raise max_instances or lower min_instances',
    });
  }
  if (seconds(app.timeout) > 3600) {
    draft.findings.error({
      code: 'INVALID_VALUE',
      at: where(draft, ...path, 'timeout'),
      message: `found ${app.timeout}`,
      fix: 'write at most 60m; longer work belongs into a worker',
    });
  }
  checkSize(path, app.cpu, app.memory, draft);
  checkGpu(path, app, draft);
  if (millicpu(app.cpu) < 1000) checkFraction(path, app, draft);
}

/** https://cloud.google.com/run/docs/configuring/services/cpu: what less than one CPU requires. */
function checkFraction(path: readonly string[], app: NonNullable<ServiceConfig['app']>, draft: Draft): void {
  if (app.concurrency !== undefined && app.concurrency !== 1) {
    draft.findings.error({
      code: 'CPU_CONCURRENCY',
      at: where(draft, ...path, 'concurrency'),
      message: `with ${app.cpu} CPU an instance handles one request at a time, not ${app.concurrency}`,
      fix: 'set concurrency: 1, or cpu: 1',
    });
  }
  if (app.cpu_always_allocated) {
    draft.findings.error({
      code: 'CPU_ALWAYS_ALLOCATED',
      at: where(draft, ...path, 'cpu_always_allocated'),
      message: `with ${app.cpu} CPU the CPU cannot be kept between requests`,
      fix: 'set cpu: 1, or remove cpu_always_allocated',
    });
  }
}
