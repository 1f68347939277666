import { Refusal } from '../service.ts';
import type { SecretRecord } from '../stored-secrets.ts';

type SecretFilter = (secret: SecretRecord, name: string) => boolean;

/** `labels.a=b AND labels.c:* AND name:part`. https://cloud.google.com/secret-manager/docs/filtering */
export function secretFilter(filter: string): SecretFilter {
  const terms = filter
    .split(/\s+AND\s+|\s+(?!AND\b)/)
    .filter((term) => term.trim() !== '')
    .map(filterTerm);
  return (secret, name) => terms.every((term) => term(secret, name));
}

function filterTerm(term: string): SecretFilter {
  const [, field = '', operator = '', quoted = ''] =
    /^\(?([A-Za-z0-9_.-]+)\s*([:=])\s*(.+?)\)?$/.exec(term.trim()) ?? [];
  const value = quoted.replace(/^"(.*)"$/, '$1');
  if (field === 'name') {
    return (_, name) =>
      operator === '=' ? name === value : name.split('/').at(-1)?.includes(value) === true;
  }
  const label = /^labels\.(.+)$/.exec(field)?.[1];
  if (label === undefined) {
    throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid filter: "${term}"`);
  }
  return (secret) => {
    const held = (secret.config.labels as Record<string, string> | undefined)?.[label];
    if (held === undefined) return false;
    return value === '*' || (operator === '=' ? held === value : held.includes(value));
  };
}
