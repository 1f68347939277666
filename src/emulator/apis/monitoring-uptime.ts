import type { Config, ConfigKind } from './monitoring-configs.ts';
import { invalidField } from './monitoring-descriptors.ts';

interface UptimeCheck extends Config {
  readonly httpCheck?: {
    readonly path?: string;
    readonly port?: number;
    readonly useSsl?: boolean;
    readonly requestMethod?: string;
    readonly authInfo?: { readonly password?: string };
    readonly [field: string]: unknown;
  };
  readonly tcpCheck?: { readonly port?: number };
  readonly syntheticMonitor?: unknown;
  readonly monitoredResource?: { readonly type?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly resourceGroup?: unknown;
  readonly period?: string;
  readonly timeout?: string;
  readonly selectedRegions?: readonly string[];
}

const periods = ['60s', '300s', '600s', '900s'];
const resourceTypes = [
  'aws_ec2_instance',
  'aws_elb_load_balancer',
  'cloud_run_revision',
  'gae_app',
  'gce_instance',
  'k8s_service',
  'servicedirectory_service',
  'uptime_url',
];

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs */
export const uptimeChecks: ConfigKind = {
  collection: 'uptimeCheckConfigs',
  message: 'UptimeCheckConfig',
  fields: [
    'checkerType',
    'contentMatchers',
    'displayName',
    'httpCheck',
    'monitoredResource',
    'period',
    'resourceGroup',
    'selectedRegions',
    'syntheticMonitor',
    'tcpCheck',
    'timeout',
    'userLabels',
  ],
  newId: (cloud, body) => {
    const words = String(body.displayName ?? '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    return `${words}-${cloud.hex(11, 'monitoring.uptimeCheck')}`;
  },
  complete: (_call, cloud, wanted, before) => {
    const check = wanted as UptimeCheck;
    if (!check.displayName)
      throw invalidField('uptime_check_config.display_name', '', 'A display name is required.');
    const kinds = [check.httpCheck, check.tcpCheck, check.syntheticMonitor].filter(
      (kind) => kind !== undefined,
    );
    if (kinds.length !== 1) {
      throw invalidField(
        'uptime_check_config',
        kinds.length,
        'Exactly one of http_check, tcp_check and synthetic_monitor is needed.',
      );
    }
    checkTarget(check, before as UptimeCheck | undefined);
    const period = check.period ?? '60s';
    if (!periods.includes(period)) {
      throw invalidField(
        'uptime_check_config.period',
        period,
        `The period must be one of ${periods.join(', ')}.`,
      );
    }
    const timeout = check.timeout ?? '10s';
    const seconds = Number(/^(\d+)s$/.exec(timeout)?.[1]);
    if (!(seconds >= 1 && seconds <= 60)) {
      throw invalidField(
        'uptime_check_config.timeout',
        timeout,
        'The timeout must be between 1 and 60 seconds.',
      );
    }
    const { selectedRegions = [] } = check;
    if (selectedRegions.length > 0 && selectedRegions.length < 3 && !selectedRegions.includes('USA')) {
      throw invalidField(
        'uptime_check_config.selected_regions',
        selectedRegions.join(','),
        'At least three regions are needed.',
      );
    }
    if (check.httpCheck?.authInfo?.password) cloud.keepSecret(check.httpCheck.authInfo.password);
    return {
      ...check,
      period,
      timeout,
      checkerType: check.checkerType ?? 'STATIC_IP_CHECKERS',
      ...(check.httpCheck === undefined ? {} : { httpCheck: withDefaults(check.httpCheck) }),
    };
  },
};

function withDefaults(http: NonNullable<UptimeCheck['httpCheck']>): Record<string, unknown> {
  const { authInfo, ...rest } = http;
  return {
    ...rest,
    path: http.path || '/',
    port: http.port || (http.useSsl === true ? 443 : 80),
    requestMethod: http.requestMethod || 'GET',
    // A password is never shown again.
    ...(authInfo?.password ? { authInfo: { ...authInfo, password: '******' } } : {}),
  };
}

function checkTarget(check: UptimeCheck, before: UptimeCheck | undefined): void {
  const { monitoredResource, resourceGroup } = check;
  if (check.syntheticMonitor !== undefined) return;
  if ((monitoredResource === undefined) === (resourceGroup === undefined)) {
    throw invalidField(
      'uptime_check_config',
      '',
      'Exactly one of monitored_resource and resource_group is needed.',
    );
  }
  if (monitoredResource === undefined) return;
  const { type = '', labels = {} } = monitoredResource;
  const field = 'uptime_check_config.monitored_resource';
  if (!resourceTypes.includes(type)) throw invalidField(`${field}.type`, type, 'The type cannot be checked.');
  if (type === 'uptime_url' && !/^[a-z0-9.-]+$/i.test(labels.host ?? '')) {
    throw invalidField(`${field}.labels.host`, labels.host ?? '', 'A host name is needed.');
  }
  if (before?.monitoredResource !== undefined && before.monitoredResource.type !== type) {
    throw invalidField(`${field}.type`, type, 'The type of an uptime check cannot be changed.');
  }
}
