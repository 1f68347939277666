import type { Change, Leftover } from '../engine/change.ts';
import type { Outcome } from '../engine/events.ts';
import { code, table } from './markdown.ts';
import { leftTable, planTable } from './plan-summary.ts';
import { deletedLine, nameOf } from './sentences.ts';

interface Workload {
  readonly name: string;
  readonly revision: string;
  readonly image: string;
  /** By name. */
  readonly sidecars?: Readonly<Record<string, string>> | undefined;
}

/** A release manifest, as far as a person wants to see it. */
interface Manifest {
  readonly manifest: string;
  readonly sha: string;
  readonly services: Readonly<Record<string, Readonly<Record<string, Workload | undefined>>>>;
}

/** What an environment has beside the set. */
interface Beside {
  /** What runs on though nothing asks for it. */
  readonly left: readonly Leftover[];
  /** What would be deleted, in a plan. */
  readonly goes: readonly Change[];
}

/** What an environment runs, and whether it is what was deployed, for the summary of a run. */
export function releasePage(
  environment: string,
  manifest: Manifest,
  problems: readonly string[],
  { left, goes }: Beside,
): string {
  const rows = Object.entries(manifest.services).flatMap(([service, workloads]) =>
    Object.values(workloads).flatMap((one) =>
      one ? [[service, one.revision || 'nothing', imagesText(one)]] : [],
    ),
  );
  const state =
    problems.length === 0
      ? 'What serves is the set that was deployed; it is on record.'
      : `Recorded as failed:\n\n${problems.map((problem) => `- ${problem}`).join('\n')}`;
  return [
    `### ${environment}: release of ${code(manifest.sha.slice(0, 7))}`,
    state,
    table(['service', 'revision that serves', 'image'], rows),
    `Manifest ${code(manifest.manifest)}`,
    ...leftTable(left),
    ...(goes.length > 0 ? [planTable(goes)] : []),
  ].join('\n\n');
}

/** What became of workloads that were to go. */
export function removalPage(environment: string, outcomes: readonly Outcome[]): string {
  const of = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state);
  const failed = of('failed').map(({ address, error }) => [
    nameOf(address),
    error instanceof Error ? error.message : String(error),
  ]);
  const untried = of('not tried').map(({ address }) => nameOf(address));
  return [
    `### ${environment}: what deploy.yaml does not ask for any more`,
    ...of('applied').flatMap(({ changes }) => changes.map(deletedLine)),
    ...(failed.length > 0 ? [table(['failed', 'why'], failed)] : []),
    ...(untried.length > 0 ? [`Not tried: ${untried.join(', ')}.`] : []),
  ].join('\n\n');
}

function imagesText({ image, sidecars = {} }: Workload): string {
  const beside = Object.entries(sidecars).map(([name, own]) => `${name} ${digestOf(own)}`);
  return [digestOf(image), ...beside].join('\n');
}

function digestOf(image: string): string {
  const [, digest] = image.split('@');
  return digest?.slice(0, 19) ?? image;
}
