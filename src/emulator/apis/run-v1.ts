import type { Api } from '../service.ts';
import { runApiName } from './run-collection.ts';
import { executionRoutes } from './run-v1-executions.ts';
import { resourceRoutes } from './run-v1-resources.ts';
import { revisionRoutes } from './run-v1-revisions.ts';

/**
 * The Knative face of Cloud Run, which gcloud speaks: another view of what the v2 API keeps. Every write is turned into
 * one of the v2 API, and its operations are settled there.
 */
export const runV1Api: Api = {
  name: runApiName,
  title: 'Cloud Run Admin API',
  needsEnabling: true,
  hosts: ['*-run.googleapis.com'],
  messages: 'run_v1',
  errors: 'rpc',
  notModelled: [
    'Domain mappings and authorized domains of the v1 API; watching a list.',
    'On a plain port, where no host name tells the region, a thing is found by its name if only one region has it, and made in us-central1 unless the label cloud.googleapis.com/location says otherwise.',
  ],
  routes: [...resourceRoutes(), ...revisionRoutes(), ...executionRoutes()],
};
