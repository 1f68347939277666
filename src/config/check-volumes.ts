import { posix } from 'node:path';
import { type Draft, secretFilesOf, where, whereKey } from './draft.ts';
import { suggestion } from './nearest.ts';
import type { ServiceConfig } from './schema.ts';
import { memoryBytes } from './schema-values.ts';
import { nodeAt } from './tree.ts';

type VolumeConfig = ServiceConfig['volumes'][string];

/** Folders that could not be mounted, or that would hide each other. */
export function checkVolumes(key: string, service: ServiceConfig, draft: Draft): void {
  for (const [path, volume] of Object.entries(service.volumes)) {
    checkKind(key, path, volume, draft);
    checkPlace(key, path, draft);
    if (volume.bucket !== undefined) checkBucket(key, path, volume.bucket, service, draft);
    if (volume.memory !== undefined) checkMemory(key, path, volume.memory, service, draft);
  }
}

function checkKind(key: string, path: string, volume: VolumeConfig, draft: Draft): void {
  const own = ['services', key, 'volumes', path];
  if ((volume.bucket === undefined) === (volume.memory === undefined)) {
    draft.findings.error({
      code: 'VOLUME_KIND',
      at: whereKey(draft, ...own),
      message: `${path} is ${volume.bucket === undefined ? 'neither a bucket nor memory' : 'a bucket and memory'}`,
      fix: 'write either bucket: with a key under buckets:, or memory: with a size such as 256Mi',
    });
    return;
  }
  if (volume.bucket !== undefined) return;
  for (const name of ['read_only', 'mount_options']) {
    if (nodeAt(draft.tree, [...own, name]) === undefined) continue;
    draft.findings.error({
      code: 'VOLUME_KIND',
      at: whereKey(draft, ...own, name),
      message: `${name} is of buckets, and ${path} is memory`,
      fix: 'remove it',
    });
  }
}

/** The folder of the Cloud SQL socket is Cloud Run's; a folder in a folder would be hidden, or hide it. */
function checkPlace(key: string, path: string, draft: Draft): void {
  const others = [
    '/cloudsql',
    ...[...secretFilesOf(draft, key).keys()].map((file) => posix.dirname(file)),
    ...Object.keys(draft.config.services[key]?.volumes ?? {}).filter((other) => other !== path),
  ];
  const taken = others.find((other) => path === other || path.startsWith(`${other}/`));
  if (taken === undefined) return;
  draft.findings.error({
    code: 'VOLUME_PATH',
    at: whereKey(draft, 'services', key, 'volumes', path),
    message: `${taken} is mounted already`,
    fix: 'choose a folder that is in no other one, for example /mnt/data',
  });
}

function checkBucket(key: string, path: string, bucket: string, service: ServiceConfig, draft: Draft): void {
  if (!draft.scope.buckets.has(bucket)) {
    draft.findings.error({
      code: 'UNDECLARED_BUCKET',
      at: where(draft, 'services', key, 'volumes', path, 'bucket'),
      message: `there is no bucket "${bucket}"`,
      fix: suggestion(bucket, [...draft.scope.buckets.keys()], `add ${bucket}: {} under buckets:`),
    });
  }
  // https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts
  if (service.app?.execution_environment !== 'gen1') return;
  draft.findings.error({
    code: 'VOLUME_NEEDS_GEN2',
    at: where(draft, 'services', key, 'app', 'execution_environment'),
    message: `the bucket at ${path} can be mounted in the second generation alone`,
    fix: 'remove execution_environment, or set it to gen2',
  });
}

/** What is written there is memory of the container: a volume of all of it leaves nothing to run in. */
function checkMemory(key: string, path: string, memory: string, service: ServiceConfig, draft: Draft): void {
  for (const part of ['app', 'worker'] as const) {
    const workload = service[part];
    if (workload === undefined || memoryBytes(memory) < memoryBytes(workload.memory)) continue;
    draft.findings.error({
      code: 'VOLUME_EXCEEDS_MEMORY',
      at: where(draft, 'services', key, 'volumes', path, 'memory'),
      message: `${path} may take ${memory}, and the ${part} has ${workload.memory} for it and for itself`,
      fix: `make it smaller, or raise ${part}.memory`,
    });
    return;
  }
}
