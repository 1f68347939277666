import type { Api } from '../service.ts';
import { bucketRoutes, storageDenied } from './storage-buckets.ts';
import { objectRoutes } from './storage-objects.ts';

export const storageApi: Api = {
  name: 'storage.googleapis.com',
  title: 'Cloud Storage API',
  needsEnabling: false,
  hosts: ['www.googleapis.com'],
  messages: 'storage',
  errors: 'legacy',
  denied: storageDenied,
  notModelled: [
    'Access control lists; every bucket acts as with uniform access.',
    'Object versions that are not live, soft delete and lifecycle: the settings are kept and nothing follows from them.',
    'The XML API, copying and composing.',
  ],
  routes: [...bucketRoutes, ...objectRoutes],
};
