import { table } from '../apis/compute-resource.ts';
import type { Subnetwork } from '../apis/compute-subnetworks.ts';
import { resolvePrivately } from '../apis/dns-lookup.ts';
import { partsOf, shortName, type Template } from '../apis/run-resource.ts';
import { connectors } from '../apis/vpcaccess-connector.ts';
import type { Cloud } from '../service.ts';
import type { Origin } from './caller.ts';
import type { Service } from './service-view.ts';

/**
 * Whether the service's ingress setting lets the caller in. Who is kept out gets the answer of an address that does not
 * exist. https://cloud.google.com/run/docs/securing/ingress
 */
export function admits(cloud: Cloud, service: Service, host: string, origin: Origin): boolean {
  switch (service.ingress) {
    case 'INGRESS_TRAFFIC_NONE':
      return false;
    case 'INGRESS_TRAFFIC_INTERNAL_ONLY':
      return isInternal(cloud, service, host, origin);
    case 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER':
      return origin.kind === 'load-balancer' || isInternal(cloud, service, host, origin);
    default:
      return true;
  }
}

/**
 * A call between Cloud Run workloads is internal only if it travels through the VPC of the project: sent there because
 * all egress is, or because `run.app` resolves to Google's private addresses, and let through to Google because the
 * subnet has Private Google Access. https://cloud.google.com/run/docs/securing/private-networking
 */
function isInternal(cloud: Cloud, service: Service, host: string, origin: Origin): boolean {
  if (origin.kind !== 'workload') return false;
  const exit = exitOf(cloud, origin.template, origin.name);
  if (exit?.privateGoogleAccess !== true) return false;
  const { project } = partsOf(service.name);
  if (partsOf(exit.network).project !== project) return false;
  return (
    origin.template.vpcAccess?.egress === 'ALL_TRAFFIC' ||
    resolvePrivately(cloud, exit.network, host).some(isGooglePrivate)
  );
}

interface Exit {
  /** `projects/P/global/networks/N` */
  readonly network: string;
  readonly privateGoogleAccess: boolean;
}

/** Where a workload's traffic enters the VPC, if it does. */
function exitOf(cloud: Cloud, template: Template, workload: string): Exit | undefined {
  const { project, location } = partsOf(workload);
  const access = template.vpcAccess;
  if (access?.connector) {
    const name = access.connector.includes('/')
      ? access.connector
      : `projects/${project}/locations/${location}/connectors/${access.connector}`;
    const connector = connectors(cloud).get(name);
    if (connector === undefined) return undefined;
    // The subnet that Google makes for a connector with a range of its own always has Private Google Access.
    if (connector.subnet === undefined) {
      return {
        network: pathIn(connector.network, `projects/${project}/global/networks`),
        privateGoogleAccess: true,
      };
    }
    const owner = connector.subnet.projectId ?? project;
    return exitThrough(cloud, `projects/${owner}/regions/${location}/subnetworks/${connector.subnet.name}`);
  }
  const [first] = access?.networkInterfaces ?? [];
  if (first === undefined) return undefined;
  const subnetwork = first.subnetwork || shortName(first.network ?? '');
  return exitThrough(cloud, pathIn(subnetwork, `projects/${project}/regions/${location}/subnetworks`));
}

function exitThrough(cloud: Cloud, path: string): Exit | undefined {
  const subnetwork = table<Subnetwork>(cloud, 'subnetworks').get(path);
  if (subnetwork === undefined) return undefined;
  return {
    network: pathIn(subnetwork.network, ''),
    privateGoogleAccess: subnetwork.privateIpGoogleAccess === true,
  };
}

function pathIn(link: string, collection: string): string {
  return link.includes('/') ? link.slice(Math.max(0, link.indexOf('projects/'))) : `${collection}/${link}`;
}

/** private.googleapis.com (199.36.153.8/30) and restricted.googleapis.com (199.36.153.4/30). */
function isGooglePrivate(address: string): boolean {
  const last = Number(/^199\.36\.153\.(\d+)$/.exec(address)?.[1]);
  return last >= 4 && last <= 11;
}
