/**
 * The addresses that Cloud Run holds in a subnet for workloads with Direct VPC egress. They stand in the way of the
 * subnet's deletion, and stay for an hour or two after the last workload is gone.
 * https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet
 */
import type { Cloud, Operation } from '../service.ts';
import { type ExecutionTemplate, partsOf, type Resource, shortName, type Template } from './run-resource.ts';

const api = 'compute.googleapis.com';
const action = 'releaseAddresses';

/** The subnet that the template's network interface lies in, `projects/P/regions/R/subnetworks/S`. */
export function subnetworkOf(workload: string, template: Template): string | undefined {
  const [only] = template.vpcAccess?.networkInterfaces ?? [];
  if (only === undefined) return undefined;
  const { project, location } = partsOf(workload);
  // With a network alone Cloud Run takes the subnet of the same name in its region.
  const wanted = only.subnetwork || shortName(only.network ?? '');
  return pathIn(wanted, `projects/${project}/regions/${location}/subnetworks`);
}

export function pathIn(link: string, collection: string): string {
  return link.includes('/') ? link.slice(Math.max(0, link.indexOf('projects/'))) : `${collection}/${link}`;
}

/** Notes that the workload is being deleted: its addresses are free as soon as the operation is done. */
export async function releaseAddresses(cloud: Cloud, workload: Resource): Promise<void> {
  const subnetwork = subnetworkOf(workload.name, templateOf(workload));
  if (subnetwork === undefined) return;
  await cloud.start({
    api,
    action,
    step: 'run.addresses',
    project: partsOf(workload.name).project,
    input: { subnetwork },
  });
}

/** The address of Cloud Run that uses the subnet, if there is one. */
export function serverlessAddressIn(cloud: Cloud, subnetwork: string): string | undefined {
  const [, project, , region] = subnetwork.split('/');
  const live = ['run.services', 'run.workerPools', 'run.jobs'].some((table) =>
    [...cloud.table<Resource>(table).values()].some(
      (workload) => subnetworkOf(workload.name, templateOf(workload)) === subnetwork,
    ),
  );
  const leaving = [...cloud.table<Operation>('operations').values()].some(
    (operation) =>
      operation.api === api &&
      operation.action === action &&
      !operation.done &&
      operation.input.subnetwork === subnetwork,
  );
  return live || leaving ? `projects/${project}/regions/${region}/addresses/serverless-ipv4-1` : undefined;
}

/** Of a job it is the template of its tasks. */
function templateOf(workload: Resource): Template {
  const template = workload.template as Template | ExecutionTemplate;
  return 'template' in template ? (template.template as Template) : (template as Template);
}
