import type { serviceusage_v1 } from '@googleapis/serviceusage';
import type { Shape } from '../lib/shape.ts';
import type { Google } from './google.ts';
import { type RpcOperation, waitForRpc } from './operations.ts';

type Service = Shape<serviceusage_v1.Schema$GoogleApiServiceusageV1Service>;

/** Google refuses more than 20 in one batchEnable and reads as many at a time. https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const batch = 20;
/** Enabling takes up to about 75 s for the slow ones. */
const deadline = 10 * 60_000;

/** Which of these services (`run.googleapis.com`, ...) are enabled in the project. */
export async function enabledServices(
  google: Google,
  project: string,
  names: readonly string[],
): Promise<Set<string>> {
  const pages = await Promise.all(
    chunks(names).map((chunk) =>
      google.transport.send<{ services?: Service[] }>({
        api: 'serviceusage',
        method: 'GET',
        path: `v1/projects/${project}/services:batchGet`,
        query: { names: chunk.map((name) => `projects/${project}/services/${name}`) },
      }),
    ),
  );
  const enabled = pages.flatMap((page) => page.services ?? []).filter(({ state }) => state === 'ENABLED');
  return new Set(enabled.map((service) => service.name?.split('/').at(-1) ?? ''));
}

/** Enables those of them that are not. */
export async function ensureServices(
  google: Google,
  project: string,
  names: readonly string[],
): Promise<void> {
  const enabled = await enabledServices(google, project, names);
  await enableServices(
    google,
    project,
    names.filter((name) => !enabled.has(name)),
  );
}

/** Enables them, 20 at a time, one batch after the other: Google refuses a second activation while one is running. */
export async function enableServices(
  google: Google,
  project: string,
  names: readonly string[],
): Promise<void> {
  for (const chunk of chunks(names)) {
    const started = await google.transport.send<RpcOperation>({
      api: 'serviceusage',
      method: 'POST',
      path: `v1/projects/${project}/services:batchEnable`,
      body: { serviceIds: chunk },
      repeatable: true,
      // https://cloud.google.com/service-usage/quotas
      cost: 5,
    });
    await waitForRpc(
      started,
      (name) => google.transport.send({ api: 'serviceusage', method: 'GET', path: `v1/${name}` }),
      { what: `enabling ${chunk.length} APIs in ${project}`, deadline },
      google.clock,
      google.signal,
    );
  }
}

function chunks(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / batch) }, (_, index) =>
    names.slice(index * batch, (index + 1) * batch),
  );
}
