/**
 * Who is told of what: e-mail addresses as notification channels, an alert for errors in the log of the deployment's
 * services and workers, and for each service that is watched a check from the outside and an alert for its failure.
 * https://cloud.google.com/monitoring/alerts
 */
import type { Alerts, UptimeCheck } from '../config/deployment.ts';
import { serviceHost } from '../config/template.ts';
import { knownAfterApply } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import type { AlertPolicy, NotificationChannel, UptimeCheckConfig } from '../google/monitoring.ts';
import { because } from './because.ts';
import { type Context, perContext } from './context.ts';
import { monitoringResource } from './monitoring-config.ts';

export const channelAddress = (email: string): string => `notification_channel/${email}`;
export const alertAddress = (purpose: string): string => `alert_policy/${purpose}`;
export const uptimeAddress = (app: string): string => `uptime_check/${app}`;

/** Names that Google chose, by what they are for: they are known once the thing is there. */
const chosen = perContext(() => ({
  channels: new Map<string, string>(),
  checks: new Map<string, string>(),
}));

export function alerts(context: Context, wanted: Alerts): Resource[] {
  return [
    ...wanted.email.map((email) => channel(context, wanted, email)),
    ...(wanted.errorLog ? [errorAlert(context, wanted)] : []),
    ...wanted.uptime.flatMap((check) => [uptimeCheck(context, check), uptimeAlert(context, wanted, check)]),
  ];
}

/** Names of the channels as far as they are known, in one order. */
export function channelNames(context: Context, wanted: Alerts): readonly string[] {
  const { channels } = chosen(context);
  return wanted.email.map((email) => channels.get(email) ?? knownAfterApply).sort();
}

function channel(context: Context, wanted: Alerts, email: string): Resource<NotificationChannel> {
  const { deployment } = context;
  return monitoringResource<NotificationChannel>(context, {
    address: channelAddress(email),
    collection: 'notificationChannels',
    marks: {},
    isOne: ({ type, labels }) => type === 'email' && labels?.email_address === email,
    want: () => ({
      type: 'email',
      displayName: `${deployment.name} ${deployment.environment}: ${email}`,
      labels: { email_address: email },
      enabled: true,
    }),
    why: because(deployment, wanted.place),
    named: (name) => chosen(context).channels.set(email, name),
  });
}

/** Google asks for a limit where the log itself is what is watched. */
const atMostOnceAnHour = { notificationRateLimit: { period: '3600s' } };

function errorAlert(context: Context, wanted: Alerts): Resource<AlertPolicy> {
  const { deployment } = context;
  return alertPolicy(context, wanted, {
    purpose: 'error-log',
    dependsOn: [],
    why: because(deployment, wanted.place),
    want: () => ({
      displayName: `${deployment.name} ${deployment.environment}: errors in the log`,
      conditions: [
        {
          displayName: 'a service or a worker logs an error',
          conditionMatchedLog: { filter: errorFilter(context) },
        },
      ],
      alertStrategy: atMostOnceAnHour,
      documentation: {
        content: 'A service or a worker of this deployment logged an error. The incident links to the entry.',
        mimeType: 'text/markdown',
      },
    }),
  });
}

/** https://cloud.google.com/run/docs/logging: resource types of services and worker pools. */
function errorFilter({ deployment }: Context): string {
  const apps = deployment.services.flatMap(({ app }) => app?.name ?? []);
  const workers = deployment.services.flatMap(({ worker }) => worker?.name ?? []);
  const parts = [
    ...logsOf('cloud_run_revision', 'service_name', apps),
    ...logsOf('cloud_run_worker_pool', 'worker_pool_name', workers),
  ];
  return `severity>=ERROR AND (${parts.join(' OR ')})`;
}

function logsOf(type: string, label: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const one = names.map((name) => `resource.labels.${label}="${name}"`).join(' OR ');
  return [`(resource.type="${type}" AND (${one}))`];
}

function uptimeCheck(context: Context, check: UptimeCheck): Resource<UptimeCheckConfig> {
  const { deployment, projectNumber } = context;
  const host = serviceHost(check.app, projectNumber, deployment.region);
  return monitoringResource<UptimeCheckConfig>(context, {
    address: uptimeAddress(check.app),
    collection: 'uptimeCheckConfigs',
    marks: {},
    // The host of a check cannot be changed, so that another host is another check.
    isOne: ({ monitoredResource }) => monitoredResource?.labels?.host === host,
    want: () => ({
      displayName: `${deployment.name} ${deployment.environment}: ${check.service}`,
      monitoredResource: { type: 'uptime_url', labels: { project_id: deployment.project, host } },
      httpCheck: { path: check.path, port: 443, useSsl: true, validateSsl: true },
      period: '300s',
      timeout: '10s',
    }),
    why: because(deployment, check.place),
    named: (name) => chosen(context).checks.set(check.app, name.split('/').at(-1) ?? ''),
  });
}

function uptimeAlert(context: Context, wanted: Alerts, check: UptimeCheck): Resource<AlertPolicy> {
  const { deployment } = context;
  return alertPolicy(context, wanted, {
    purpose: `uptime-${check.app}`,
    dependsOn: [uptimeAddress(check.app)],
    why: because(deployment, check.place),
    want: () => ({
      displayName: `${deployment.name} ${deployment.environment}: ${check.service} does not answer`,
      conditions: [
        {
          displayName: `checks of ${check.path} fail from more than one place`,
          conditionThreshold: failures(chosen(context).checks.get(check.app) ?? knownAfterApply),
        },
      ],
    }),
  });
}

/** https://cloud.google.com/monitoring/alerts/uptime-checks-api: more than one place must see it, for a minute. */
function failures(checkId: string): object {
  return {
    filter: `resource.type = "uptime_url" AND metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND metric.labels.check_id = "${checkId}"`,
    aggregations: [
      {
        alignmentPeriod: '1200s',
        perSeriesAligner: 'ALIGN_NEXT_OLDER',
        crossSeriesReducer: 'REDUCE_COUNT_FALSE',
        groupByFields: ['resource.label.project_id', 'resource.label.host'],
      },
    ],
    comparison: 'COMPARISON_GT',
    thresholdValue: 1,
    duration: '60s',
    trigger: { count: 1 },
  };
}

function alertPolicy(
  context: Context,
  wanted: Alerts,
  policy: {
    readonly purpose: string;
    readonly dependsOn: readonly string[];
    readonly why: string;
    readonly want: () => AlertPolicy;
  },
): Resource<AlertPolicy> {
  return monitoringResource<AlertPolicy>(context, {
    address: alertAddress(policy.purpose),
    dependsOn: [...wanted.email.map(channelAddress), ...policy.dependsOn],
    collection: 'alertPolicies',
    marks: { alert: policy.purpose },
    want: () => ({
      combiner: 'OR',
      enabled: true,
      ...policy.want(),
      notificationChannels: channelNames(context, wanted),
    }),
    comparable: (have) => ({ ...have, notificationChannels: have.notificationChannels?.toSorted() }),
    why: policy.why,
  });
}
