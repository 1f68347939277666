import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from '../src/emulator/emulator.ts';

const execute = promisify(execFile);

/** Runs one command of gcloud. Rejects when it fails. */
export type Gcloud = (words: readonly string[]) => Promise<void>;

/**
 * Gives `work` a gcloud with an empty home, whose requests end at the emulator, as that user. `undefined` when there is
 * no gcloud on the PATH.
 */
export async function withGcloud<T>(
  emulator: Emulator,
  { project, user }: { readonly project: string; readonly user: string },
  work: (gcloud: Gcloud) => Promise<T>,
): Promise<T | undefined> {
  const config = await mkdtemp(join(tmpdir(), 'gcloud-bench-'));
  try {
    const tokenFile = join(config, 'token');
    await writeFile(tokenFile, emulator.userToken(user));
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: config,
      ...emulator.environment('proxy'),
      CLOUDSDK_CONFIG: config,
      CLOUDSDK_CORE_PROJECT: project,
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      // Otherwise it looks for the metadata server of a virtual machine first.
      CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
    };
    return await work(async (words) => {
      await execute('gcloud', [...words, '--format=json'], { env, maxBuffer: 64 * 1024 * 1024 });
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(config, { recursive: true, force: true });
  }
}
