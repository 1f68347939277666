import type { Deployment, Service } from '../config/deployment.ts';
import { Failure } from '../lib/failure.ts';

/** The service of that key. Throws SERVICE_UNKNOWN, naming those that there are. */
export function serviceOf(deployment: Deployment, key: string): Service {
  const service = deployment.services.find((candidate) => candidate.key === key);
  if (service) return service;
  throw new Failure('SERVICE_UNKNOWN', `${deployment.file} has no service "${key}".`, {
    next: `It has: ${deployment.services.map((candidate) => candidate.key).join(', ')}.`,
  });
}
