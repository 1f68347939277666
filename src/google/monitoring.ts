import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { listAll } from './paging.ts';

/** What the kinds of Monitoring's configuration have in common. */
export interface MonitoringConfig {
  /** Chosen by Google: `projects/P/alertPolicies/123`. */
  readonly name?: string;
  readonly displayName?: string;
  readonly userLabels?: Readonly<Record<string, string>>;
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels */
export interface NotificationChannel extends MonitoringConfig {
  readonly type?: string;
  readonly enabled?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies */
export interface AlertPolicy extends MonitoringConfig {
  readonly combiner?: string;
  readonly enabled?: boolean;
  readonly conditions?: readonly object[];
  /** Names of channels. */
  readonly notificationChannels?: readonly string[] | undefined;
  readonly alertStrategy?: { readonly notificationRateLimit?: { readonly period?: string } };
  readonly documentation?: { readonly content?: string; readonly mimeType?: string };
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs */
export interface UptimeCheckConfig extends MonitoringConfig {
  readonly monitoredResource?: { readonly type?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly httpCheck?: {
    readonly path?: string;
    readonly port?: number;
    readonly useSsl?: boolean;
    readonly validateSsl?: boolean;
  };
  readonly period?: string;
  readonly timeout?: string;
}

export type MonitoringCollection = 'notificationChannels' | 'alertPolicies' | 'uptimeCheckConfigs';

type Page<Config> = { readonly [Name in MonitoringCollection]?: readonly Config[] } & {
  readonly nextPageToken?: string;
};

export function listConfigs<Config>(
  google: Google,
  project: string,
  collection: MonitoringCollection,
): Promise<Config[]> {
  return listAll<Page<Config>, Config>(
    google.transport,
    {
      api: 'monitoring',
      method: 'GET',
      path: `v3/projects/${project}/${collection}`,
      query: { pageSize: 100 },
    },
    (page) => page[collection],
  );
}

/** `name` is Google's, as a list gives it. */
export function getConfig<Config>(google: Google, name: string): Promise<Config> {
  return google.transport.send({ api: 'monitoring', method: 'GET', path: `v3/${name}` });
}

/** Not repeatable: Google chooses the name, so that a second sending would be a second one. */
export function createConfig<Config>(
  google: Google,
  project: string,
  collection: MonitoringCollection,
  config: Config,
): Promise<Config> {
  return google.transport.send({
    api: 'monitoring',
    method: 'POST',
    path: `v3/projects/${project}/${collection}`,
    body: config,
  });
}

export async function patchConfig<Config>(
  google: Google,
  name: string,
  config: Config,
  updateMask: string,
): Promise<void> {
  await google.transport.send({
    api: 'monitoring',
    method: 'PATCH',
    path: `v3/${name}`,
    query: { updateMask },
    body: config,
  });
}

/** A channel goes even when somebody's policy still names it. That it is gone already is as good. */
export async function deleteConfig(google: Google, name: string): Promise<void> {
  const query = name.includes('/notificationChannels/') ? { force: true } : {};
  await unlessGone(google.transport.send({ api: 'monitoring', method: 'DELETE', path: `v3/${name}`, query }));
}
