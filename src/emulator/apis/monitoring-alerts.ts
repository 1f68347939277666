import { type Call, type Cloud, Refusal } from '../service.ts';
import { logFilter } from './logging-filter.ts';
import { type Config, type ConfigKind, configs } from './monitoring-configs.ts';
import { findDescriptor, invalidField, isOwnMetric, unknownMetric } from './monitoring-descriptors.ts';
import { monitoringFilter } from './monitoring-filter.ts';
import { email } from './run-resource.ts';

interface Condition extends Record<string, unknown> {
  readonly name?: string;
  readonly displayName?: string;
  readonly conditionThreshold?: Threshold;
  readonly conditionAbsent?: Threshold;
  readonly conditionMatchedLog?: { readonly filter?: string };
}

interface Threshold {
  readonly filter?: string;
  readonly comparison?: string;
  readonly duration?: string;
}

const conditionKinds = [
  'conditionThreshold',
  'conditionAbsent',
  'conditionMatchedLog',
  'conditionMonitoringQueryLanguage',
  'conditionPrometheusQueryLanguage',
  'conditionSql',
];

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies */
export const alertPolicies: ConfigKind = {
  collection: 'alertPolicies',
  message: 'AlertPolicy',
  fields: [
    'alertStrategy',
    'combiner',
    'conditions',
    'displayName',
    'documentation',
    'enabled',
    'notificationChannels',
    'severity',
    'userLabels',
  ],
  newId: (cloud) => numericId(cloud, 'monitoring.alertPolicy'),
  complete: (call, cloud, wanted, before) => {
    const policy = wanted as Config & {
      combiner?: string;
      conditions?: Condition[];
      notificationChannels?: string[];
    };
    if (!policy.displayName)
      throw invalidField('alert_policy.display_name', '', 'A display name is required.');
    if (!policy.combiner || policy.combiner === 'COMBINE_UNSPECIFIED') {
      throw invalidField('alert_policy.combiner', policy.combiner ?? '', 'A combiner is required.');
    }
    const { conditions = [], notificationChannels = [] } = policy;
    if (conditions.length < 1 || conditions.length > 6) {
      throw invalidField(
        'alert_policy.conditions',
        conditions.length,
        'A policy must have from 1 to 6 conditions.',
      );
    }
    for (const name of notificationChannels) {
      if (configs(cloud, 'notificationChannels').has(name)) continue;
      throw new Refusal(404, 'NOT_FOUND', `Notification channel ${name} could not be found.`);
    }
    const record = { mutateTime: cloud.timestamp(), mutatedBy: email(call.principal) };
    return {
      ...policy,
      enabled: policy.enabled ?? true,
      conditions: conditions.map((condition, index) => {
        checkCondition(call, cloud, condition, index, conditions.length);
        return {
          ...condition,
          name: condition.name || `${policy.name}/conditions/${numericId(cloud, 'monitoring.condition')}`,
        };
      }),
      creationRecord: before?.creationRecord ?? record,
      mutationRecord: record,
    };
  },
};

function checkCondition(call: Call, cloud: Cloud, condition: Condition, index: number, count: number): void {
  const field = `alert_policy.conditions[${index}]`;
  if (!condition.displayName) throw invalidField(`${field}.display_name`, '', 'A display name is required.');
  const kinds = conditionKinds.filter((kind) => condition[kind] !== undefined);
  if (kinds.length !== 1)
    throw invalidField(field, kinds.join(', '), 'A condition must have exactly one kind.');
  const metric = condition.conditionThreshold ?? condition.conditionAbsent;
  if (metric !== undefined) checkMetric(call, cloud, metric, `${field}.${snakeCase(kinds[0] ?? '')}`);
  const { comparison } = condition.conditionThreshold ?? { comparison: 'COMPARISON_GT' };
  if (comparison !== 'COMPARISON_GT' && comparison !== 'COMPARISON_LT') {
    throw invalidField(
      `${field}.condition_threshold.comparison`,
      comparison ?? '',
      'Only COMPARISON_LT and COMPARISON_GT are supported.',
    );
  }
  if (condition.conditionMatchedLog !== undefined) {
    if (count > 1)
      throw invalidField(field, 'conditionMatchedLog', 'A policy with a log match has no other condition.');
    logFilter(condition.conditionMatchedLog.filter ?? '');
  }
}

function checkMetric(call: Call, cloud: Cloud, condition: Threshold, field: string): void {
  if (!condition.filter) throw invalidField(`${field}.filter`, '', 'A filter is required.');
  const filter = monitoringFilter(condition.filter);
  if (!filter.mentions('metric.type')) {
    throw invalidField(
      `${field}.filter`,
      condition.filter,
      'must specify a restriction on "metric.type" in the filter.',
    );
  }
  const duration = Number(/^(\d+)s$/.exec(condition.duration ?? '0s')?.[1]);
  if (!(duration % 60 === 0)) {
    throw invalidField(
      `${field}.duration`,
      condition.duration,
      'The duration must be a multiple of one minute.',
    );
  }
  const { id } = cloud.project(call.params.project ?? '');
  for (const type of filter.valuesOf('metric.type')) {
    // Of Google's own metrics the emulator knows but a few; a user's own must be there.
    const own = isOwnMetric(type) || type.startsWith('logging.googleapis.com/user/');
    if (own && findDescriptor(cloud, id, type) === undefined) throw unknownMetric(type);
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function numericId(cloud: Cloud, counter: string): string {
  return String(BigInt(`0x${cloud.hex(15, counter)}`) + 1_000_000_000_000_000_000n);
}
