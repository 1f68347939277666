import type { Release } from './workload.ts';

/** The version that this deployment pins. */
export function versionOf(release: Release, secret: string): string {
  const version = release.secretVersions[secret];
  if (!version) throw new Error(`no version of ${secret} was read`);
  return version;
}
