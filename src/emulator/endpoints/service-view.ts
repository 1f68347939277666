import type { Revision, Template, Workload } from '../apis/run-resource.ts';
import type { Target } from '../apis/run-traffic.ts';
import type { Cloud, Table } from '../service.ts';

/** The fields of a service that decide who reaches which of its revisions. */
export type Service = Workload & {
  readonly ingress?: string;
  readonly defaultUriDisabled?: boolean;
  readonly invokerIamDisabled?: boolean;
  readonly customAudiences?: readonly string[];
  /** How the traffic really goes, which is not what `traffic` asks for while a revision is not ready. */
  readonly trafficStatuses?: readonly Target[];
};

/** The template's fields that only count when a request comes in. */
export type ServingTemplate = Template & { readonly sessionAffinity?: boolean };

/** A revision as a request finds it. */
export type ServingRevision = Revision & { readonly template: ServingTemplate };

export function services(cloud: Cloud): Table<Service> {
  return cloud.table<Service>('run.services');
}
