import type { Change, FieldChange, Leftover, Plain } from '../engine/change.ts';

const verbs = { create: 'create', update: 'change', replace: 'REPLACE', delete: 'DELETE' } as const;
const marks = { create: '+', update: '~', replace: '!', delete: '-' } as const;

/** `secret/db-password` as a person says it; `policy/bucket/media` is the `IAM policy of bucket media`. */
export function nameOf(address: string): string {
  const [kind = '', ...rest] = address.split('/');
  if (kind === 'policy')
    return `IAM policy of ${rest[0] === 'project' ? 'the project' : nameOf(rest.join('/'))}`;
  if (kind === 'apis') return 'APIs';
  return [kind.replaceAll('_', ' '), rest.join('/')].filter((part) => part !== '').join(' ');
}

/** One line for a change: `+ create secret aethercast-pg-password`. */
export function lineOf(change: Change): string {
  const outside = change.outside ? ' (changed outside)' : '';
  return `${marks[change.action]} ${verbs[change.action]} ${nameOf(change.address)}${outside}`;
}

/** One line for what stays: `= leave router shop-network-router (ours)`. */
export function leftLine({ address, whose }: Leftover): string {
  return `= leave ${nameOf(address)} (${whose})`;
}

/** What was deleted, and why. */
export function deletedLine({ address, because }: Change): string {
  return `Deleted: ${nameOf(address)}, since ${because}.`;
}

/** What of a resource changes, shortest useful form. */
export function fieldLine(field: FieldChange): string {
  if (field.before === undefined) return `${field.field}: ${show(field.after)}`;
  return `${field.field}: ${show(field.before)} → ${show(field.after)}`;
}

function show(value: Plain | undefined): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}

/** `1.2 s`, `3 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `6 to create, 1 to change`; `nothing to do` when there is none. */
export function totals(changes: readonly Change[]): string {
  const counts = Object.entries(verbs).map(([action, verb]) => {
    const number = changes.filter((change) => change.action === action).length;
    return number === 0 ? undefined : `${number} to ${verb.toLowerCase()}`;
  });
  return counts.filter((part) => part !== undefined).join(', ') || 'nothing to do';
}
