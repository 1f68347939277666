/** What a deployment changes, in words that hold names and never values. */
import type { RunContainer } from '../../google/run.ts';
import type { Draft } from './draft.ts';
import { shownName } from './key-values.ts';

/** One line for each thing that `after` has otherwise than `before`; nothing of `before` means that all is new. */
export function changesOf(before: Draft | undefined, after: Draft): readonly string[] {
  if (!before) return [`new ${after.kind}`];
  return [
    ...containersOf(after).flatMap((container, index) =>
      containerChanges(containersOf(before)[index] ?? {}, container, index),
    ),
    ...fieldChanges(before.task, after.task, ['containers', 'labels', 'revision']),
    ...(after.kind === 'job' ? fieldChanges(before.template, after.template, ['template', 'labels']) : []),
    ...fieldChanges(resourceOf(before), resourceOf(after), [
      'template',
      'labels',
      'etag',
      'traffic',
      'client',
    ]),
    ...nameChanges('label', resourceOf(before).labels ?? {}, resourceOf(after).labels ?? {}),
  ];
}

function containersOf({ task }: Draft): readonly RunContainer[] {
  return task.containers ?? [];
}

function resourceOf(draft: Draft) {
  return draft.kind === 'service' ? draft.service : draft.job;
}

function containerChanges(before: RunContainer, after: RunContainer, index: number): readonly string[] {
  const which = index === 0 ? '' : `${after.name ?? `container ${index + 1}`}: `;
  const image =
    before.image === after.image ? [] : [`image ${before.image ?? '(none)'} → ${after.image ?? '(none)'}`];
  return [
    ...image,
    ...variableChanges(before.env ?? [], after.env ?? []),
    ...fieldChanges(before, after, ['image', 'env', 'name']),
  ].map((line) => `${which}${line}`);
}

type Variable = NonNullable<RunContainer['env']>[number];

/** A name without a value may be what a comma cut off the value before it: it is not shown. */
function variableChanges(before: readonly Variable[], after: readonly Variable[]): readonly string[] {
  const byName = (variables: readonly Variable[]) =>
    Object.fromEntries(
      variables.map((variable) => {
        const isGiven = variable.valueSource !== undefined || (variable.value ?? '') !== '';
        const name = variable.name ?? '';
        return [isGiven ? shownName(name) : '(a name without a value)', variable];
      }),
    );
  return nameChanges('env', byName(before), byName(after));
}

function nameChanges(
  what: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (!(name in before)) return [`${what} ${name} added`];
    if (!(name in after)) return [`${what} ${name} removed`];
    return same(before[name], after[name]) ? [] : [`${what} ${name} changed`];
  });
}

function fieldChanges(before: object, after: object, but: readonly string[]): readonly string[] {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((field) => !but.includes(field) && !same(old[field], now[field]))
    .map((field) => `${field} changed`);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
