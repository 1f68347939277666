/** What Cloud Run would refuse of names that a step gives, found before anything is sent. Values are never repeated. */
import { reservedVariables } from '../../config/check-variables.ts';

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create: fewer than 50 characters. */
const longestName = 49;
/** Of a revision, which is a label of a host name. */
const longestRevision = 63;

/** Of a service, job or worker pool; `what` says where it is given. */
export function nameProblems(what: string, given: string, name: string): readonly string[] {
  if (given === '') return [];
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    return [`${what} "${given}" is no name: lower-case letters, digits and hyphens, beginning with a letter`];
  }
  if (name.length <= longestName) return [];
  return [`${what} "${name}" has ${name.length} characters; at most ${longestName} are possible`];
}

/** Of the suffix of a revision's name. */
export function suffixProblems(service: string, suffix: string | undefined): readonly string[] {
  if (suffix === undefined) return [];
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(suffix)) {
    return [`suffix "${suffix}" may hold lower-case letters, digits and hyphens, and ends in no hyphen`];
  }
  const room = longestRevision - service.length - 1;
  if (suffix.length <= room) return [];
  return [`suffix has ${suffix.length} characters; with ${service}- before it at most ${room} are possible`];
}

/** Of a traffic tag: it begins a host name. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags */
export function tagProblems(tag: string | undefined): readonly string[] {
  if (tag === undefined || /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(tag)) return [];
  return [`tag "${tag}" is no tag: lower-case letters, digits and hyphens, beginning with a letter`];
}

export function variableProblems(input: string, names: Iterable<string>): readonly string[] {
  return [...names]
    .filter((name) => reservedVariables.has(name))
    .map((name) => `${input}: Cloud Run sets ${name} itself and refuses it; remove it`);
}

/** International letters are letters too. https://cloud.google.com/run/docs/configuring/services/labels */
export function labelProblems(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const isValid =
      /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key) &&
      /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value);
    if (isValid) return [];
    return [
      `labels: ${JSON.stringify(key)} and its value may hold lower-case letters, digits, _ and -, 63 characters at most`,
    ];
  });
}
