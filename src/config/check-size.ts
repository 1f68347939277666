import { type Draft, where, whereKey } from './draft.ts';
import { memoryBytes, millicpu } from './schema-values.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** https://cloud.google.com/run/docs/configuring/services/gpu: what an instance with a GPU has at least. */
export function checkGpu(
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

export function checkSize(path: readonly string[], cpu: number | string, memory: string, draft: Draft): void {
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

/** What an instance may have in all. */
const most = { millicpu: 8000, bytes: 32 * gibibyte };

/** The containers of an instance share its machine. https://cloud.google.com/run/docs/configuring/services/cpu */
export function checkInstance(
  path: readonly string[],
  containers: readonly { cpu: number | string; memory: string }[],
  draft: Draft,
): void {
  const cpu = containers.reduce((sum, own) => sum + millicpu(own.cpu), 0);
  const bytes = containers.reduce((sum, own) => sum + memoryBytes(own.memory), 0);
  if (cpu <= most.millicpu && bytes <= most.bytes) return;
  const found = `${cpu / 1000} CPUs and ${Math.round((bytes / gibibyte) * 100) / 100}Gi`;
  draft.findings.error({
    code: 'INSTANCE_TOO_LARGE',
    at: whereKey(draft, ...path),
    message: `with its sidecars an instance would have ${found}; 8 CPUs and 32Gi are possible`,
    fix: 'lower cpu and memory of the containers',
  });
}
