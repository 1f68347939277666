import { type Draft, where, whereKey } from './draft.ts';
import type { ServiceConfig } from './schema.ts';
import { memoryBytes, millicpu, seconds } from './schema-values.ts';
import { nodeAt } from './tree.ts';

/** What Cloud Run would refuse about a service, and what would not be what the user meant. */
export function checkWorkloads(draft: Draft): void {
  for (const [key, service] of Object.entries(draft.config.services)) {
    checkParts(key, service, draft);
    checkImage(key, service, draft);
    if (service.app !== undefined) checkApp(key, service.app, draft);
    if (service.worker !== undefined) checkWorker(key, service.worker, draft);
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

function checkImage(key: string, service: ServiceConfig, draft: Draft): void {
  const built = service.build !== undefined || isWritten(draft, key, 'build');
  const given = service.image !== undefined || isWritten(draft, key, 'image');
  if (built && given) {
    draft.findings.error({
      code: 'IMAGE_AND_BUILD',
      at: where(draft, 'services', key, service.image === undefined ? 'build' : 'image'),
      message: `${key} has a ready image: and a build:`,
      fix: 'keep one of the two',
    });
  } else if (!built && !given) {
    draft.findings.error({
      code: 'NO_IMAGE',
      at: whereKey(draft, 'services', key),
      message: `${key} has neither build: nor image:`,
      fix: 'add build: { context: . } to build a Dockerfile, or image: with a ready image',
    });
  }
  if (service.image !== undefined) checkPinned(key, service.image, draft);
}

function checkPinned(key: string, image: string, draft: Draft): void {
  const at = where(draft, 'services', key, 'image');
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return;
  if (!/^[a-z0-9][a-zA-Z0-9._:/@-]*$/.test(image) || image.includes('@')) {
    const message = `${JSON.stringify(image)} is not the name of an image`;
    const fix = 'write HOST/PATH/IMAGE@sha256:DIGEST, or :TAG for the digest';
    draft.findings.error({ code: 'INVALID_VALUE', at, message, fix });
    return;
  }
  // A colon in the last part begins the tag; an earlier one is the port of the registry.
  const tag = /:([^/]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== 'latest') return;
  draft.findings.error({
    code: 'UNPINNED_IMAGE',
    at,
    message:
      tag === undefined ? `${image} has no tag, which means latest` : `${image} can change at any time`,
    fix: 'name a digest (@sha256:…) or a tag that is not moved',
  });
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

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

function checkWorker(key: string, worker: NonNullable<ServiceConfig['worker']>, draft: Draft): void {
  const path = ['services', key, 'worker'];
  checkSize(path, worker.cpu, worker.memory, draft);
  checkGpu(path, worker, draft);
  // https://cloud.google.com/run/docs/configuring/workerpools/memory-limits
  if (memoryBytes(worker.memory) >= 512 * mebibyte) return;
  draft.findings.error({
    code: 'CPU_MEMORY',
    at: where(draft, ...path, 'memory'),
    message: `found ${worker.memory}; a worker pool needs at least 512Mi`,
    fix: 'set memory: 512Mi or more',
  });
}

/** https://cloud.google.com/run/docs/configuring/services/gpu: what an instance with a GPU has at least. */
function checkGpu(
  path: readonly string[],
  own: { gpu?: string | undefined; cpu: number | string; memory: string },
  draft: Draft,
): void {
  if (own.gpu === undefined) return;
  if (millicpu(own.cpu) >= 4000 && memoryBytes(own.memory) >= 16 * gibibyte) return;
  draft.findings.error({
    code: 'GPU_SIZE',
    at: where(draft, ...path, 'gpu'),
    message: `${own.gpu} needs 4 CPUs and 16Gi of memory, found ${own.cpu} and ${own.memory}`,
    fix: 'set cpu: 4 and memory: 16Gi, or more',
  });
}

/** Least memory for a number of CPUs. https://cloud.google.com/run/docs/configuring/services/cpu */
const leastMemory: Readonly<Record<number, number>> = {
  4000: 2 * gibibyte,
  6000: 4 * gibibyte,
  8000: 4 * gibibyte,
};

/** CPUs needed above an amount of memory, the largest first. https://cloud.google.com/run/docs/configuring/services/memory-limits */
const leastCpu: readonly (readonly [above: number, millicpu: number])[] = [
  [24 * gibibyte, 8000],
  [16 * gibibyte, 6000],
  [8 * gibibyte, 4000],
  [4 * gibibyte, 2000],
  [gibibyte, 1000],
  [512 * mebibyte, 500],
];

function checkSize(path: readonly string[], cpu: number | string, memory: string, draft: Draft): void {
  const size = memoryBytes(memory);
  const thousandths = millicpu(cpu);
  const refuse = (key: 'cpu' | 'memory', message: string, fix: string) => {
    draft.findings.error({ code: 'CPU_MEMORY', at: where(draft, ...path, key), message, fix });
  };
  if (thousandths > 1000 ? ![2000, 4000, 6000, 8000].includes(thousandths) : thousandths < 80) {
    refuse('cpu', `found ${cpu}`, 'use 1, 2, 4, 6 or 8, or a fraction of one from 0.08 on');
    return;
  }
  if (size < 128 * mebibyte || size > 32 * gibibyte) {
    refuse('memory', `found ${memory}`, 'use 128Mi to 32Gi');
    return;
  }
  const least = leastMemory[thousandths];
  if (least !== undefined && size < least) {
    const needed = `${least / gibibyte}Gi`;
    refuse('memory', `${memory} is too little for ${cpu} CPUs`, `set memory: ${needed} or more, or less cpu`);
  }
  const needed = leastCpu.find(([above]) => size > above)?.[1] ?? 0;
  if (thousandths < needed)
    refuse(
      'cpu',
      `${cpu} CPU is too little for ${memory}`,
      `set cpu: ${needed / 1000} or more, or less memory`,
    );
}
