import type { Api } from '../service.ts';
import { alertPolicies } from './monitoring-alerts.ts';
import { notificationChannels } from './monitoring-channels.ts';
import { configRoutes } from './monitoring-configs.ts';
import {
  createDescriptor,
  deleteDescriptor,
  getDescriptor,
  listDescriptors,
} from './monitoring-descriptors.ts';
import { createServiceTimeSeries, createTimeSeries, listTimeSeries } from './monitoring-timeseries.ts';
import { uptimeChecks } from './monitoring-uptime.ts';

const series = '/v3/projects/{project}/timeSeries';
const descriptors = '/v3/projects/{project}/metricDescriptors';

/** https://cloud.google.com/monitoring/api/ref_v3/rest */
export const monitoringApi: Api = {
  name: 'monitoring.googleapis.com',
  title: 'Cloud Monitoring API',
  needsEnabling: true,
  messages: 'monitoring',
  errors: 'rpc',
  notModelled: [
    'Of Google’s own metrics there are request_count and request_latencies of Cloud Run and the counters of log-based metrics, without extracted labels.',
    'Points are visible at once; Google shows those of Cloud Run two or three minutes later.',
    'Alert policies never fire, uptime checks are never made, channels notify nobody.',
    'Secondary aggregation, query languages, groups, dashboards, service level objectives.',
  ],
  routes: [
    {
      method: 'GET',
      path: series,
      id: 'monitoring.projects.timeSeries.list',
      permission: 'monitoring.timeSeries.list',
      handle: listTimeSeries,
    },
    {
      method: 'POST',
      path: series,
      id: 'monitoring.projects.timeSeries.create',
      permission: 'monitoring.timeSeries.create',
      message: 'CreateTimeSeriesRequest',
      handle: createTimeSeries,
    },
    {
      method: 'POST',
      path: `${series}:createService`,
      id: 'monitoring.projects.timeSeries.createService',
      permission: 'monitoring.timeSeries.create',
      message: 'CreateTimeSeriesRequest',
      handle: createServiceTimeSeries,
    },
    {
      method: 'GET',
      path: descriptors,
      id: 'monitoring.projects.metricDescriptors.list',
      permission: 'monitoring.metricDescriptors.list',
      handle: listDescriptors,
    },
    {
      method: 'POST',
      path: descriptors,
      id: 'monitoring.projects.metricDescriptors.create',
      permission: 'monitoring.metricDescriptors.create',
      message: 'MetricDescriptor',
      handle: createDescriptor,
    },
    {
      method: 'GET',
      path: `${descriptors}/{metric=**}`,
      id: 'monitoring.projects.metricDescriptors.get',
      permission: 'monitoring.metricDescriptors.get',
      handle: getDescriptor,
    },
    {
      method: 'DELETE',
      path: `${descriptors}/{metric=**}`,
      id: 'monitoring.projects.metricDescriptors.delete',
      permission: 'monitoring.metricDescriptors.delete',
      handle: deleteDescriptor,
    },
    ...configRoutes(alertPolicies),
    ...configRoutes(uptimeChecks),
    ...configRoutes(notificationChannels),
  ],
};
