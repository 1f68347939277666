import { policyRoutes } from '../iam/policies.ts';
import { type Api, type Call, type Cloud, type Project, Refusal } from '../service.ts';
import { page } from './listing.ts';

/** A project as the table `projects` keeps it. */
export interface ProjectRecord extends Project {
  createTime: string;
  etag: string;
}

const permissions = 'resourcemanager.projects';
const id = 'cloudresourcemanager.projects';

/** https://cloud.google.com/resource-manager/reference/rest */
export const cloudresourcemanagerApi: Api = {
  name: 'cloudresourcemanager.googleapis.com',
  title: 'Cloud Resource Manager API',
  needsEnabling: true,
  messages: 'crm_v1',
  errors: 'rpc',
  denied: (_principal, permission, resource) =>
    new Refusal(403, 'PERMISSION_DENIED', 'The caller does not have permission', {
      reason: 'IAM_PERMISSION_DENIED',
      metadata: { permission, resource },
    }),
  notModelled: ['Folders and organizations.', 'Creating and deleting projects.', 'Organization policies.'],
  routes: [
    {
      method: 'GET',
      path: '/v1/projects',
      id: `${id}.list`,
      handle: (call, cloud) => {
        const { items, nextPageToken } = page(visible(call, cloud), call.query, { largest: 500 });
        return { status: 200, body: { projects: items.map(shownV1), nextPageToken } };
      },
    },
    {
      method: 'GET',
      path: '/v1/projects/{project}',
      id: `${id}.get`,
      permission: `${permissions}.get`,
      handle: (call, cloud) => ({ status: 200, body: shownV1(projectOf(call, cloud)) }),
    },
    {
      method: 'POST',
      path: '/v1/projects/{project}:getAncestry',
      id: `${id}.getAncestry`,
      permission: `${permissions}.get`,
      handle: (call, cloud) => ({
        status: 200,
        body: { ancestor: [{ resourceId: { type: 'project', id: projectOf(call, cloud).id } }] },
      }),
    },
    {
      method: 'GET',
      path: '/v3/projects/{project}',
      id: `${id}.get`,
      permission: `${permissions}.get`,
      handle: (call, cloud) => ({ status: 200, body: shownV3(projectOf(call, cloud)) }),
    },
    ...['/v1', '/v3'].flatMap((version) =>
      policyRoutes({
        path: `${version}/projects/{project}`,
        id,
        permissions,
        resource: (call) => `projects/${call.params.project ?? ''}`,
        get: 'POST',
      }),
    ),
  ],
};

function projectOf(call: Call, cloud: Cloud): ProjectRecord {
  const { id: projectId } = cloud.project(call.params.project ?? '');
  const record = cloud.table<ProjectRecord>('projects').get(projectId);
  if (record === undefined) throw new Error(`project ${projectId} is not in the state`);
  return record;
}

/** Projects are listed as far as the caller may see them; the list itself is never refused. */
function visible(call: Call, cloud: Cloud): ProjectRecord[] {
  return [...cloud.table<ProjectRecord>('projects').values()].filter((project) =>
    cloud.allows(call.principal, `${permissions}.get`, `projects/${project.id}`),
  );
}

function shownV1(project: ProjectRecord): Record<string, unknown> {
  return {
    projectNumber: project.number,
    projectId: project.id,
    lifecycleState: 'ACTIVE',
    name: project.id,
    createTime: project.createTime,
  };
}

function shownV3(project: ProjectRecord): Record<string, unknown> {
  return {
    name: `projects/${project.number}`,
    projectId: project.id,
    state: 'ACTIVE',
    displayName: project.id,
    createTime: project.createTime,
    updateTime: project.createTime,
    etag: project.etag,
  };
}
