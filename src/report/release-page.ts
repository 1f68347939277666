import { code, table } from './markdown.ts';

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

/** What an environment runs, and whether it is what was deployed, for the summary of a run. */
export function releasePage(environment: string, manifest: Manifest, problems: readonly string[]): string {
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
