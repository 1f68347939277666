import { checkGpu, checkSize } from './check-size.ts';
import { type Draft, where, whereKey } from './draft.ts';
import type { WorkerConfig } from './schema.ts';
import { memoryBytes, millicpu, seconds } from './schema-values.ts';
import { nodeAt } from './tree.ts';

/** What Cloud Run would refuse about a worker, and keys that its runtime has no use for. */
export function checkWorker(key: string, worker: WorkerConfig, draft: Draft): void {
  const path = ['services', key, 'worker'];
  checkSize(path, worker.cpu, worker.memory, draft);
  checkGpu(path, worker, draft);
  checkRuntimeKeys(path, worker, draft);
  checks[worker.runtime](path, worker, draft);
}

type Check = (path: readonly string[], worker: WorkerConfig, draft: Draft) => void;

const checks: Readonly<Record<WorkerConfig['runtime'], Check>> = {
  pool: checkPool,
  service: checkService,
  job: checkJob,
};

/** The runtimes that a key means something for; a key that is not here means something for all of them. */
const runtimesOf: Readonly<Record<string, readonly WorkerConfig['runtime'][]>> = {
  instances: ['pool', 'service'],
  startup_probe: ['pool', 'service'],
  liveness_probe: ['pool', 'service'],
  tasks: ['job'],
  parallelism: ['job'],
  max_retries: ['job'],
  timeout: ['job'],
};

function checkRuntimeKeys(path: readonly string[], { runtime }: WorkerConfig, draft: Draft): void {
  for (const [name, runtimes] of Object.entries(runtimesOf)) {
    if (runtimes.includes(runtime) || nodeAt(draft.tree, [...path, name]) === undefined) continue;
    draft.findings.error({
      code: 'WORKER_RUNTIME_KEY',
      at: whereKey(draft, ...path, name),
      message: `${name} means nothing for a worker with runtime: ${runtime}`,
      fix: `remove it, or set runtime: ${runtimes.join(' or ')}`,
    });
  }
}

const leastPoolMemory = 512 * 1024 ** 2;

function checkPool(path: readonly string[], worker: WorkerConfig, draft: Draft): void {
  refusePort(path, worker, draft);
  // https://cloud.google.com/run/docs/configuring/workerpools/memory-limits
  if (memoryBytes(worker.memory) >= leastPoolMemory) return;
  draft.findings.error({
    code: 'CPU_MEMORY',
    at: where(draft, ...path, 'memory'),
    message: `found ${worker.memory}; a worker pool needs at least 512Mi`,
    fix: 'set memory: 512Mi or more',
  });
}

function refusePort(path: readonly string[], { port, runtime }: WorkerConfig, draft: Draft): void {
  if (port === undefined) return;
  draft.findings.error({
    code: 'WORKER_HAS_PORT',
    at: whereKey(draft, ...path, 'port'),
    message: `a worker ${runtime} receives no requests, so it has no port`,
    fix: 'remove port, set runtime: service for a worker with a health listener, or describe what listens under app:',
  });
}

/** Its instances run although nobody calls it, and work between the checks of its health. */
function checkService(path: readonly string[], worker: WorkerConfig, draft: Draft): void {
  if (worker.port === undefined) {
    draft.findings.error({
      code: 'WORKER_NEEDS_PORT',
      at: whereKey(draft, ...path, 'runtime'),
      message: 'Cloud Run looks for a listener of every service, and this worker names no port',
      fix: 'add port: with the one that its health listener has, or leave out runtime for a worker pool, which needs none',
    });
  }
  if (worker.instances === 0) {
    draft.findings.error({
      code: 'WORKER_WITHOUT_INSTANCES',
      at: where(draft, ...path, 'instances'),
      message: 'a service without a kept instance starts one for a request alone, and nobody calls a worker',
      fix: 'set instances: 1 or more; a worker pool can have 0',
    });
  }
  if (millicpu(worker.cpu) >= 1000) return;
  draft.findings.error({
    code: 'CPU_ALWAYS_ALLOCATED',
    at: where(draft, ...path, 'cpu'),
    message: `a worker keeps its CPU between requests, and with ${worker.cpu} CPU it cannot`,
    fix: 'set cpu: 1 or more',
  });
}

/** https://cloud.google.com/run/docs/configuring/task-timeout */
const longestTask = 7 * 24 * 3600;

function checkJob(path: readonly string[], worker: WorkerConfig, draft: Draft): void {
  refusePort(path, worker, draft);
  if (worker.timeout !== undefined && seconds(worker.timeout) > longestTask) {
    draft.findings.error({
      code: 'INVALID_VALUE',
      at: where(draft, ...path, 'timeout'),
      message: `found ${worker.timeout}`,
      fix: 'write at most 168h, which are seven days',
    });
  }
  if (worker.parallelism === undefined || worker.parallelism <= (worker.tasks ?? 1)) return;
  draft.findings.error({
    code: 'INVALID_VALUE',
    at: where(draft, ...path, 'parallelism'),
    message: `${worker.parallelism} tasks at a time of ${worker.tasks ?? 1}`,
    fix: 'raise tasks or lower parallelism',
  });
}
