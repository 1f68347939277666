import type { Service } from '../config/deployment.ts';
import type { Place } from '../config/finding.ts';

/** A secret that a container of a service reads, as a variable or as a file, and where the file says so. */
export interface SecretUse {
  readonly secret: string;
  readonly place: Place;
}

/** Each secret of the service once, at the first place that names it. */
export function secretUses(service: Service): readonly SecretUse[] {
  const uses = [
    ...Object.values(service.secrets),
    ...Object.values(service.secretFiles ?? {}),
    ...(service.sidecars ?? []).flatMap(({ secrets }) => Object.values(secrets)),
  ];
  return uses.filter(({ secret }, index) => uses.findIndex((one) => one.secret === secret) === index);
}

/** Names of the secrets that any container of the service reads, each once. */
export function usedSecrets(service: Service): readonly string[] {
  return secretUses(service).map(({ secret }) => secret);
}
