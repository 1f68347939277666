/** What `flags` and the inputs that stand for flags come to together, as gcloud takes them. */
import { type Draft, type Edit, mainContainer } from './draft.ts';
import { type Flag, type FlagContext, type Given, pairsOf } from './flag-kinds.ts';
import { FlagProblem } from './flag-words.ts';
import { shownName } from './key-values.ts';

/** A flag with what it was given. */
export interface Use {
  /** `--update-env-vars`; without `no-` for the switches that have it. */
  readonly name: string;
  readonly flag: Flag;
  /** The input that it comes from: `flags`, or one that stands for a flag. */
  readonly input: string;
  /** The name that `--container` gave before it; empty for the main container and for what is of the whole. */
  readonly container: string;
  readonly given: Given;
}

/**
 * Flags do their work in the order that gcloud has for them, whatever the order in which they are written: variables,
 * secrets and mounts are removed before others are added, so that `--remove-env-vars=A` beside an `env_vars` with A
 * leaves A; labels are removed last. Flags that are not here do not get in each other's way.
 */
const order = [
  '--image',
  ...['--clear-env-vars', '--remove-env-vars', '--env-vars-file', '--set-env-vars', '--update-env-vars'],
  ...['--remove-volume-mount', '--clear-volume-mounts', '--remove-volume', '--clear-volumes'],
  ...['--clear-secrets', '--remove-secrets', '--set-secrets', '--update-secrets'],
  ...['--add-volume', '--add-volume-mount'],
  ...['--clear-labels', '--update-labels', '--remove-labels'],
  ...['--vpc-connector', '--vpc-egress', '--clear-vpc-connector'],
  ...['--network', '--subnet', '--network-tags', '--clear-network-tags', '--clear-network'],
  ...['--port', '--use-http2', '--cpu-throttling', '--remove-containers'],
];

/** Of each of these gcloud takes flags of one line alone; of a network and a connector Cloud Run takes one. */
const alternatives: readonly (readonly (readonly string[])[])[] = [
  [['--clear-env-vars'], ['--env-vars-file'], ['--set-env-vars'], ['--update-env-vars', '--remove-env-vars']],
  [['--clear-secrets'], ['--set-secrets'], ['--update-secrets', '--remove-secrets']],
  ['add', 'clear', 'remove', 'set'].map((verb) => [`--${verb}-cloudsql-instances`]),
  ['add', 'clear', 'remove', 'set'].map((verb) => [`--${verb}-custom-audiences`]),
  [['--clear-labels'], ['--remove-labels']],
  [['--clear-network'], ['--network', '--subnet', '--network-tags', '--clear-network-tags']],
  [['--network-tags'], ['--clear-network-tags']],
  [['--vpc-connector'], ['--network', '--subnet', '--network-tags']],
  [['--binary-authorization'], ['--clear-binary-authorization']],
  [['--key'], ['--clear-key']],
];

/** A key of these can be given once: the second value would silently be the only one. */
const variables = ['--set-env-vars', '--update-env-vars', '--set-secrets', '--update-secrets'];

/** Problems name flags, inputs and keys, and never a value. */
export function editsOf(
  uses: readonly Use[],
  context: FlagContext,
): { readonly edits: readonly Edit[]; readonly problems: readonly string[] } {
  const containers = [...Map.groupBy(uses, ({ container }) => container)].sort(
    ([a], [b]) => Number(a !== '') - Number(b !== ''),
  );
  const problems = containers.flatMap(([, ofOne]) => [...contradictions(ofOne), ...repeatedKeys(ofOne)]);
  const edits: Edit[] = [];
  for (const [container, ofOne] of containers) {
    const flags = [...Map.groupBy(ofOne, ({ name }) => name)].sort(([a], [b]) => rank(a) - rank(b));
    for (const [name, given] of flags) {
      try {
        const edit = editOf(given, context);
        if (edit) edits.push(edit);
      } catch (error) {
        if (!(error instanceof FlagProblem)) throw error;
        problems.push(`${placeOf(name, given)} ${error.message}`);
      }
    }
    if (container !== '') edits.push(backToMain);
  }
  return { edits, problems };
}

function editOf(uses: readonly Use[], context: FlagContext): Edit | undefined {
  return uses[0]?.flag.edit(
    uses.map(({ given }) => given),
    context,
  );
}

function rank(name: string): number {
  return name === '--container' ? -2 : order.indexOf(name);
}

function backToMain(draft: Draft): void {
  draft.container = mainContainer(draft.task);
}

function contradictions(uses: readonly Use[]): readonly string[] {
  return alternatives.flatMap((lines) => {
    const [first, second] = lines.flatMap((line) => uses.find(({ name }) => line.includes(name)) ?? []);
    if (!first || !second) return [];
    const [one, other] = first.input === 'flags' ? [first, second] : [second, first];
    return [
      `flags: ${one.name} cannot be given together with ${said(other)}; say all of it with one of them`,
    ];
  });
}

function repeatedKeys(uses: readonly Use[]): readonly string[] {
  const by = new Map<string, Use>();
  const problems: string[] = [];
  for (const use of uses.filter(({ name }) => variables.includes(name))) {
    for (const key of keysOf(use.given)) {
      const before = by.get(key);
      if (before) {
        const shown = key.startsWith('/') ? key : shownName(key);
        problems.push(`${shown} is in ${said(before)} and in ${said(use)}; it can be one of them`);
      }
      by.set(key, use);
    }
  }
  return problems;
}

/** Whatever is wrong with the pairs is told when the flag is read. */
function keysOf(given: Given): readonly string[] {
  try {
    return pairsOf(given).map(([key]) => key);
  } catch (error) {
    if (error instanceof FlagProblem) return [];
    throw error;
  }
}

function said({ name, input }: Use): string {
  return input === 'flags' ? name : input;
}

function placeOf(name: string, uses: readonly Use[]): string {
  return uses.some(({ input }) => input === 'flags') ? `flags: ${name}` : `${uses[0]?.input}:`;
}
