import { Refusal } from '../service.ts';
import { numericId } from './monitoring-alerts.ts';
import { type Config, type ConfigKind, configs } from './monitoring-configs.ts';
import { invalidField } from './monitoring-descriptors.ts';

/** The labels that each type needs. https://cloud.google.com/monitoring/alerts/using-channels-api */
const neededLabels: Readonly<Record<string, readonly string[]>> = {
  email: ['email_address'],
  google_chat: ['space'],
  pagerduty: ['service_key'],
  pubsub: ['topic'],
  slack: ['channel_name', 'auth_token'],
  sms: ['number'],
  webhook_basicauth: ['url', 'username', 'password'],
  webhook_tokenauth: ['url'],
};

/** Labels that hold a secret; the API shows stars in their place. */
const secretLabels = ['auth_token', 'password', 'service_key'];

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels */
export const notificationChannels: ConfigKind = {
  collection: 'notificationChannels',
  message: 'NotificationChannel',
  fields: ['description', 'displayName', 'enabled', 'labels', 'type', 'userLabels'],
  newId: (cloud) => numericId(cloud, 'monitoring.notificationChannel'),
  complete: (_call, cloud, wanted, before) => {
    const channel = wanted as Config & { type?: string; labels?: Record<string, string> };
    const needed = neededLabels[channel.type ?? ''];
    if (needed === undefined) {
      throw invalidField(
        'notification_channel.type',
        channel.type ?? '',
        'The type of notification channel is not known.',
      );
    }
    if (before !== undefined && before.type !== channel.type) {
      throw invalidField(
        'notification_channel.type',
        channel.type,
        'The type of a channel cannot be changed.',
      );
    }
    const { labels = {} } = channel;
    const missing = needed.find((label) => !labels[label]);
    if (missing !== undefined) {
      throw invalidField(
        `notification_channel.labels.${missing}`,
        '',
        `A channel of type ${channel.type} needs the label.`,
      );
    }
    const record = { mutateTime: cloud.timestamp() };
    const secret = Object.entries(labels).filter(([label]) => secretLabels.includes(label));
    for (const [, value] of secret) cloud.keepSecret(value);
    return {
      ...channel,
      labels: { ...labels, ...Object.fromEntries(secret.map(([label]) => [label, '******'])) },
      enabled: channel.enabled ?? true,
      creationRecord: before?.creationRecord ?? record,
      mutationRecords: [record],
    };
  },
  release: (call, cloud, channel) => {
    if (call.query.get('force') === 'true') return;
    const user = [...configs(cloud, 'alertPolicies').values()].find((policy) =>
      ((policy.notificationChannels as string[] | undefined) ?? []).includes(channel.name),
    );
    if (user === undefined) return;
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `Cannot delete notification channel ${channel.name}: it is used by the alert policy ${user.name}.`,
    );
  },
};
