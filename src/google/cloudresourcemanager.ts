import type { cloudresourcemanager_v1 } from '@googleapis/cloudresourcemanager';
import type { Shape } from '../lib/shape.ts';
import type { Google } from './google.ts';

export type Project = Shape<cloudresourcemanager_v1.Schema$Project>;

export function getProject(google: Google, project: string): Promise<Project> {
  return google.transport.send({
    api: 'cloudresourcemanager',
    method: 'GET',
    path: `v1/projects/${project}`,
  });
}
