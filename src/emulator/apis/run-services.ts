import { type Cloud, Refusal } from '../service.ts';
import { invalid, shortName, urlsOf, type Workload } from './run-resource.ts';
import { forgetRevisions } from './run-revisions.ts';
import { checkTraffic, type Target, trafficStatuses } from './run-traffic.ts';
import type { Kind } from './run-workload.ts';

type Service = Workload & {
  traffic?: readonly Target[];
  ingress?: string;
  defaultUriDisabled?: boolean;
  scaling?: { minInstanceCount?: number; maxInstanceCount?: number };
};

export const serviceKind: Kind = {
  collection: 'services',
  message: 'Service',
  typeUrl: 'type.googleapis.com/google.cloud.run.v2.Service',
  idParameter: 'serviceId',
  idField: 'CreateServiceRequest.service_id',
  permissions: 'run.services',
  label: 'SERVICE',
  step: 'run.deploy',
  settable: [
    'annotations',
    'binaryAuthorization',
    'buildConfig',
    'client',
    'clientVersion',
    'customAudiences',
    'defaultUriDisabled',
    'description',
    'iapEnabled',
    'ingress',
    'invokerIamDisabled',
    'labels',
    'launchStage',
    'scaling',
    'template',
    'traffic',
  ],
  forget: forgetRevisions,
  conditionTypes: ['RoutesReady', 'ConfigurationsReady'],
  complete: (cloud, workload, coming): Workload => {
    const service = workload as Service;
    const ingress = service.ingress;
    const { minInstanceCount = 0, maxInstanceCount = 0 } = service.scaling ?? {};
    if (minInstanceCount < 0 || (maxInstanceCount > 0 && minInstanceCount > maxInstanceCount)) {
      throw invalid('scaling: min_instance_count must not exceed max_instance_count');
    }
    refuseLongHost(cloud, service.name);
    return {
      ...service,
      ingress:
        ingress === undefined || ingress === 'INGRESS_TRAFFIC_UNSPECIFIED' ? 'INGRESS_TRAFFIC_ALL' : ingress,
      traffic: checkTraffic(cloud, service.name, service.traffic, coming),
    };
  },
  route: (cloud, workload): Partial<Workload> => {
    const service = workload as Service;
    const urls = service.defaultUriDisabled === true ? undefined : urlsOf(cloud, service.name);
    return {
      trafficStatuses: trafficStatuses(cloud, service),
      ...(urls === undefined ? { uri: undefined, urls: undefined } : { uri: urls[1], urls }),
    };
  },
};

/** Without room for the deterministic host name a service has the other one alone; the emulator asks for both. */
function refuseLongHost(cloud: Cloud, name: string): void {
  const [deterministic] = urlsOf(cloud, name);
  const label = new URL(deterministic).hostname.split('.')[0] ?? '';
  if (label.length <= 63) return;
  throw new Refusal(
    400,
    'INVALID_ARGUMENT',
    `The host name of the service '${shortName(name)}' would be longer than 63 characters.`,
  );
}
