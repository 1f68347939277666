/**
 * What of a revision's template differs, in the words of a person: the image by digest, variables by name and never
 * by value, secrets by version.
 */
import type { FieldChange, Plain } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { RunContainer } from '../google/run.ts';

/** The part of a template that containers stand in; services, worker pools and revisions have it alike. */
interface WithContainers {
  readonly containers?: readonly RunContainer[] | undefined;
}

export function templateChanges(want: WithContainers, have: WithContainers | undefined): FieldChange[] {
  const { containers: wanted = [], ...rest } = want;
  const { containers: had = [], ...hadRest } = have ?? {};
  const sidecars = Math.max(0, had.length - wanted.length);
  return [
    ...compare(rest, hadRest),
    ...wanted.flatMap((container, index) =>
      containerChanges(container, had[index], prefixOf(container, index)),
    ),
    ...(sidecars > 0 ? [{ field: 'containers', before: had.length, after: wanted.length }] : []),
  ];
}

function prefixOf(container: RunContainer, index: number): string {
  return index === 0 ? '' : `${container.name ?? `containers.${index}`}.`;
}

function containerChanges(want: RunContainer, have: RunContainer | undefined, prefix: string): FieldChange[] {
  const { env: wantedEnv, image: wantedImage, ...rest } = want;
  const { env: hadEnv, image: hadImage, ...hadRest } = have ?? {};
  return [
    ...(wantedImage === hadImage
      ? []
      : [
          {
            field: `${prefix}image`,
            ...before(hadImage && shortImage(hadImage)),
            after: shortImage(wantedImage),
          },
        ]),
    ...envChanges(wantedEnv ?? [], hadEnv ?? [], prefix),
    ...compare(rest, hadRest, prefix),
  ];
}

type Variable = NonNullable<RunContainer['env']>[number];

function envChanges(want: readonly Variable[], have: readonly Variable[], prefix: string): FieldChange[] {
  const wanted = new Map(want.map((variable) => [variable.name ?? '', variable]));
  const had = new Map(have.map((variable) => [variable.name ?? '', variable]));
  const names = [...new Set([...wanted.keys(), ...had.keys()])].sort();
  return names.flatMap((name) => {
    const [now, then] = [wanted.get(name), had.get(name)];
    if (now && then && meaning(now) === meaning(then)) return [];
    const field = `${prefix}env.${name}`;
    return [{ field, ...before(then && shown(then)), ...(now ? { after: after(now, then) } : {}) }];
  });
}

/** What two variables are equal by. */
function meaning({ value, valueSource }: Variable): string {
  const reference = valueSource?.secretKeyRef;
  return reference ? `secret ${reference.secret}:${reference.version}` : `value ${value ?? ''}`;
}

function shown(variable: Variable): string {
  const reference = variable.valueSource?.secretKeyRef;
  return reference ? `secret ${reference.secret}:${reference.version}` : 'a value';
}

function after(now: Variable, then: Variable | undefined): string {
  const text = shown(now);
  return then && text === 'a value' && shown(then) === text ? 'another value' : text;
}

function before(text: string | undefined): { before?: Plain } {
  return text ? { before: text } : {};
}

/** `web@sha256:0123456789ab`. */
export function shortImage(image: string | undefined): string {
  const [reference = '', digest] = (image ?? '').split('@');
  const name = reference.split('/').at(-1) ?? reference;
  return digest ? `${name}@${digest.slice(0, 19)}` : name;
}
