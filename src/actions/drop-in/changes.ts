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
  const byName = (container: RunContainer) =>
    Object.fromEntries((container.env ?? []).map((variable) => [variable.name ?? '', variable]));
  return [
    ...image,
    ...nameChanges('env', byName(before), byName(after)),
    ...fieldChanges(before, after, ['image', 'env', 'name']),
  ].map((line) => `${which}${line}`);
}

function nameChanges(
  what: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const shown = what === 'env' ? shownName(name) : name;
    if (!(name in before)) return [`${what} ${shown} added`];
    if (!(name in after)) return [`${what} ${shown} removed`];
    return same(before[name], after[name]) ? [] : [`${what} ${shown} changed`];
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
