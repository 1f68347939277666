import {
  type Api,
  type Call,
  type Cloud,
  type Operation,
  type Project,
  Refusal,
  type Reply,
} from '../service.ts';
import { page, uuid } from './listing.ts';
import { serviceTitles } from './service-catalog.ts';

export interface EnabledService {
  state: 'ENABLED' | 'DISABLED';
  since: string;
}

/** Table `serviceusage.services`, by `<project id>/<service>`; what is not in it is disabled. */
export function services(cloud: Cloud) {
  return cloud.table<EnabledService>('serviceusage.services');
}

/** https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
const mostEnabledAtOnce = 20;
/** https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet */
const mostReadAtOnce = 30;

const servicesPath = '/v1/projects/{project}/services';
const servicePath = `${servicesPath}/{service}`;
const id = 'serviceusage.services';

export const serviceusageApi: Api = {
  name: 'serviceusage.googleapis.com',
  title: 'Service Usage API',
  needsEnabling: false,
  messages: 'serviceusage',
  errors: 'rpc',
  notModelled: [
    'Quotas as resources (consumerQuotaMetrics): `--quotas published` enforces them, nobody can read or raise them.',
    'Services that are enabled along with another one.',
  ],
  settle: { change: settle },
  routes: [
    {
      method: 'GET',
      path: servicesPath,
      id: `${id}.list`,
      permission: 'serviceusage.services.list',
      handle: list,
    },
    {
      method: 'GET',
      path: `${servicesPath}:batchGet`,
      id: `${id}.batchGet`,
      permission: 'serviceusage.services.get',
      handle: batchGet,
    },
    {
      method: 'GET',
      path: servicePath,
      id: `${id}.get`,
      permission: 'serviceusage.services.get',
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const project = projectOf(call, cloud);
        const name = call.params.service ?? '';
        requireKnown([name]);
        return { status: 200, body: shown(cloud, project, name) };
      },
    },
    {
      method: 'POST',
      path: `${servicesPath}:batchEnable`,
      id: `${id}.batchEnable`,
      permission: 'serviceusage.services.enable',
      message: 'BatchEnableServicesRequest',
      handle: batchEnable,
    },
    {
      method: 'POST',
      path: `${servicePath}:enable`,
      id: `${id}.enable`,
      permission: 'serviceusage.services.enable',
      message: 'EnableServiceRequest',
      handle: (call, cloud) => change(call, cloud, [call.params.service ?? ''], 'ENABLED'),
    },
    {
      method: 'POST',
      path: `${servicePath}:disable`,
      id: `${id}.disable`,
      permission: 'serviceusage.services.disable',
      message: 'DisableServiceRequest',
      handle: (call, cloud) => change(call, cloud, [call.params.service ?? ''], 'DISABLED'),
    },
    {
      method: 'GET',
      path: '/v1/operations/{operation}',
      id: 'serviceusage.operations.get',
      handle: getOperation,
    },
  ],
};

function projectOf(call: Call, cloud: Cloud): Project {
  return cloud.project(call.params.project ?? '');
}

function shown(cloud: Cloud, project: Project, service: string): Record<string, unknown> {
  return {
    name: `projects/${project.number}/services/${service}`,
    config: { name: service, title: serviceTitles[service] ?? service },
    state: services(cloud).get(`${project.id}/${service}`)?.state ?? 'DISABLED',
    parent: `projects/${project.number}`,
  };
}

/** Google does not tell a service that does not exist from one that the caller may not see. */
function requireKnown(names: readonly string[]): void {
  const unknown = names.filter((name) => !(name in serviceTitles));
  if (unknown.length === 0) return;
  throw new Refusal(
    403,
    'PERMISSION_DENIED',
    `Not found or permission denied for service(s): ${unknown.join(', ')}.`,
    {
      reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
      metadata: { services: unknown.join(',') },
    },
  );
}

async function list(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const project = projectOf(call, cloud);
  const filter = call.query.get('filter') ?? '';
  const state = /^\s*state\s*[:=]\s*(ENABLED|DISABLED)\s*$/.exec(filter)?.[1];
  if (filter !== '' && state === undefined) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The filter must be state:ENABLED or state:DISABLED.');
  }
  const all = Object.keys(serviceTitles)
    .map((name) => shown(cloud, project, name))
    .filter((service) => state === undefined || service.state === state);
  const { items, nextPageToken } = page(all, call.query, { largest: 200 });
  return { status: 200, body: { services: items, nextPageToken } };
}

async function batchGet(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const project = projectOf(call, cloud);
  const names = call.query.getAll('names');
  if (names.length > mostReadAtOnce) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Too many services: ${names.length}. A single request can get a maximum of ${mostReadAtOnce} services.`,
    );
  }
  const ids = names.map((name) => {
    const [, parent, service] = /^projects\/([^/]+)\/services\/([^/]+)$/.exec(name) ?? [];
    if (service === undefined || (parent !== project.id && parent !== project.number)) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid service name: ${name}`);
    }
    return service;
  });
  requireKnown(ids);
  return { status: 200, body: { services: ids.map((service) => shown(cloud, project, service)) } };
}

async function batchEnable(call: Call, cloud: Cloud): Promise<Reply> {
  const { serviceIds = [] } = (call.body ?? {}) as { serviceIds?: string[] };
  if (serviceIds.length === 0) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'At least one service must be given in service_ids.');
  }
  if (serviceIds.length > mostEnabledAtOnce) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Too many services: ${serviceIds.length}. A single request can enable a maximum of ${mostEnabledAtOnce} services at a time.`,
    );
  }
  return change(call, cloud, serviceIds, 'ENABLED');
}

async function change(
  call: Call,
  cloud: Cloud,
  names: readonly string[],
  state: EnabledService['state'],
): Promise<Reply> {
  const project = projectOf(call, cloud);
  requireKnown(names);
  const single = !call.path.endsWith(':batchEnable');
  const changing = names.filter(
    (name) => (services(cloud).get(`${project.id}/${name}`)?.state ?? 'DISABLED') !== state,
  );
  if (changing.length === 0) {
    return {
      status: 200,
      body: {
        name: 'operations/noop.DONE_OPERATION',
        done: true,
        response: response(cloud, project, names, single, state),
      },
    };
  }
  const operation = await cloud.start({
    api: 'serviceusage.googleapis.com',
    action: 'change',
    id: `${single ? 'acf' : 'acat'}.p2-${project.number}-${uuid(cloud, 'serviceusage.operation')}`,
    project: project.id,
    step: state === 'ENABLED' ? 'serviceusage.enable' : 'serviceusage.disable',
    input: { names, state, single },
  });
  return { status: 200, body: shownOperation(operation) };
}

function settle(operation: Operation, cloud: Cloud): void {
  const { names, state, single } = operation.input as {
    names: string[];
    state: EnabledService['state'];
    single: boolean;
  };
  const project = cloud.project(operation.project);
  for (const name of names) {
    services(cloud).set(`${project.id}/${name}`, { state, since: cloud.timestamp() });
    if (state === 'ENABLED') cloud.spread('api', `${project.id}/${name}`);
  }
  operation.response = response(cloud, project, names, single, state);
}

function response(
  cloud: Cloud,
  project: Project,
  names: readonly string[],
  single: boolean,
  state: EnabledService['state'],
): Record<string, unknown> {
  const shownServices = names.map((name) => shown(cloud, project, name));
  if (!single) {
    return {
      '@type': 'type.googleapis.com/google.api.serviceusage.v1.BatchEnableServicesResponse',
      services: shownServices,
    };
  }
  const verb = state === 'ENABLED' ? 'Enable' : 'Disable';
  return {
    '@type': `type.googleapis.com/google.api.serviceusage.v1.${verb}ServiceResponse`,
    service: shownServices[0],
  };
}

function shownOperation(operation: Operation): Record<string, unknown> {
  return {
    name: `operations/${operation.id}`,
    metadata: {
      '@type': 'type.googleapis.com/google.api.serviceusage.v1.OperationMetadata',
      resourceNames: (operation.input.names as string[]).map(
        (name) => `services/${name}/projectSettings/${operation.project}`,
      ),
    },
    ...(operation.done
      ? { done: true, ...(operation.error ? { error: operation.error } : { response: operation.response }) }
      : {}),
  };
}

async function getOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const operation = await cloud.operation(call.params.operation ?? '');
  if (operation === undefined || operation.api !== 'serviceusage.googleapis.com') {
    throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  }
  cloud.require(call.principal, 'serviceusage.services.get', `projects/${operation.project}`);
  return { status: 200, body: shownOperation(operation) };
}
