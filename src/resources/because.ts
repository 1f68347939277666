import type { Deployment } from '../config/deployment.ts';
import type { Place } from '../config/finding.ts';

/** Names the line of deploy.yaml that asks for something. */
export function because(deployment: Deployment, place: Place): string {
  return `${deployment.file}:${place.line}`;
}
