/** `flags` and `update_traffic_flags`: what gcloud would have been told, as changes of the draft. */
import { nearest } from '../../config/nearest.ts';
import type { Edit, Kind } from './draft.ts';
import type { Flag, FlagContext, FlagTable } from './flag-kinds.ts';
import { percentages } from './flag-values.ts';
import { FlagProblem, type FlagWord, listItems, pairs, parseFlagWords, withoutQuotes } from './flag-words.ts';
import { containerFlags } from './flags-container.ts';
import { workloadFlags } from './flags-workload.ts';
import type { TrafficOrder } from './traffic.ts';

const table: FlagTable = { ...containerFlags, ...workloadFlags };

/** Flags about gcloud itself: they change nothing of the deployment. `takes` as in the table. */
const aboutGcloud: Readonly<Record<string, 'nothing' | 'value'>> = {
  '--async': 'nothing',
  '--configuration': 'value',
  '--flatten': 'value',
  '--format': 'value',
  '--log-http': 'nothing',
  '--no-user-output-enabled': 'nothing',
  '--platform': 'value',
  '--quiet': 'nothing',
  '--trace-token': 'value',
  '--user-output-enabled': 'nothing',
  '--verbosity': 'value',
  '-q': 'nothing',
};

/** What gcloud knows and we have no counterpart for, with what to do instead. */
const refused: Readonly<Record<string, string>> = {
  ...named('give workload_identity_provider, or run google-github-actions/auth before this step', [
    '--access-token-file',
  ]),
  ...named('give service_account, or run google-github-actions/auth before this step', ['--account']),
  ...named('give service_account with workload_identity_provider', ['--impersonate-service-account']),
  ...named('Cloud Run functions are not deployed here', [
    '--allow-unencrypted-build',
    '--no-allow-unencrypted-build',
    '--automatic-updates',
    '--no-automatic-updates',
    '--base-image',
    '--clear-base-image',
    '--function',
  ]),
  ...named('use a Dockerfile with ARG, and actions/build', [
    '--build-env-vars-file',
    '--clear-build-env-vars',
    '--remove-build-env-vars',
    '--set-build-env-vars',
    '--update-build-env-vars',
  ]),
  ...named('use actions/build with a deployment file', [
    '--build-service-account',
    '--clear-build-service-account',
    '--build-worker-pool',
    '--clear-build-worker-pool',
  ]),
  ...named('set it in a metadata file', [
    '--encryption-key-shutdown-hours',
    '--clear-encryption-key-shutdown-hours',
    '--mesh',
    '--post-key-revocation-action-type',
    '--clear-post-key-revocation-action-type',
  ]),
  '--billing-project': 'the quota of the project itself is used',
  '--cluster': 'GKE is not deployed to here',
  '--dry-run': 'use the input dry_run',
  '--flags-file': 'write the flags out',
  '--ignore-file': 'what is left out of a build stands in .dockerignore',
  '--namespace': 'GKE is not deployed to here; give project_id for another project',
  '--source': 'use the input source',
};

function named(advice: string, flags: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(flags.map((flag) => [flag, advice]));
}

export interface Flags {
  readonly edits: readonly Edit[];
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** Reads `flags`; their orders go into the context. Problems name the flag and never its value. */
export function readFlags(text: string, kind: Kind, context: FlagContext): Flags {
  const parsed = parseFlagWords(text);
  if ('problem' in parsed) return { edits: [], problems: [`flags ${parsed.problem}`], remarks: [] };
  const reader = new FlagReader('flags', parsed.words);
  const edits: Edit[] = [];
  reader.each((name, next) => {
    const found = flagOf(name);
    if (!found) return false;
    const { flag, no } = found;
    if (!flag.on.includes(kind)) throw new FlagProblem(`is not for a ${kind}`);
    const given = flag.takes === 'value' ? next() : no ? 'no' : '';
    const edit = flag.edit(given, context);
    if (edit) edits.push(edit);
    return true;
  });
  return { edits, problems: reader.problems, remarks: reader.remarks };
}

function flagOf(name: string): { flag: Flag; no: boolean } | undefined {
  const flag = table[name];
  if (flag) return { flag, no: false };
  const positive = name.startsWith('--no-') ? table[`--${name.slice(5)}`] : undefined;
  return positive?.takes === 'switch' ? { flag: positive, no: true } : undefined;
}

/** The flags of `gcloud run services replace` are those of gcloud itself. */
export function readMetadataFlags(text: string, context: FlagContext): Flags {
  const parsed = parseFlagWords(text);
  if ('problem' in parsed) return { edits: [], problems: [`flags ${parsed.problem}`], remarks: [] };
  const reader = new FlagReader('flags', parsed.words);
  reader.each((name, next) => {
    if (name !== '--project' && name !== '--region') {
      if (!flagOf(name)) return false;
      throw new FlagProblem('has no effect on a metadata file; set it in the file');
    }
    table[name]?.edit(next(), context);
    return true;
  });
  return { edits: [], problems: reader.problems, remarks: reader.remarks };
}

/** The flags of `gcloud run services update-traffic`; `place` is where the service was deployed to. */
export function readTrafficFlags(
  text: string,
  place: { readonly project: string; readonly regions: readonly string[] },
): {
  orders: readonly TrafficOrder[];
  problems: readonly string[];
} {
  const parsed = parseFlagWords(text);
  if ('problem' in parsed) return { orders: [], problems: [`update_traffic_flags ${parsed.problem}`] };
  const reader = new FlagReader('update_traffic_flags', parsed.words);
  const orders: TrafficOrder[] = [];
  reader.each((name, next) => {
    switch (name) {
      case '--to-revisions':
        orders.push({ kind: 'to revisions', percentages: percentages(next()) });
        return true;
      case '--to-tags':
        orders.push({ kind: 'to tags', percentages: percentages(next()) });
        return true;
      case '--to-latest':
        orders.push({ kind: 'to revisions', percentages: new Map([['LATEST', 100]]) });
        return true;
      case '--set-tags':
        orders.push({ kind: 'set tags', tags: new Map(pairs(next())) });
        return true;
      case '--update-tags':
        orders.push({ kind: 'update tags', tags: new Map(pairs(next())) });
        return true;
      case '--remove-tags':
        orders.push({ kind: 'remove tags', names: listItems(next()) });
        return true;
      case '--clear-tags':
        orders.push({ kind: 'set tags', tags: new Map() });
        return true;
      case '--project':
        requireSame(next(), [place.project]);
        return true;
      case '--region':
        requireSame(next(), place.regions);
        return true;
      default:
        return false;
    }
  });
  return { orders, problems: reader.problems };
}

/** Traffic of another service than the one that was just deployed is a slip. */
function requireSame(value: string, deployed: readonly string[]): void {
  if (!deployed.includes(withoutQuotes(value)))
    throw new FlagProblem(`must be that of the deployment, ${deployed.join(', ')}`);
}

/** Goes through the words, giving each flag to its reader and collecting what is wrong. */
class FlagReader {
  readonly problems: string[] = [];
  readonly remarks: string[] = [];
  readonly #input: string;
  readonly #words: readonly FlagWord[];
  #at = 0;

  constructor(input: string, words: readonly FlagWord[]) {
    this.#input = input;
    this.#words = words;
  }

  /** `read` takes the flag's value with `next` and answers whether it knew the flag. */
  each(read: (name: string, next: () => string) => boolean): void {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++];
      if (!word) break;
      const before = this.#at;
      try {
        this.#one(word, read);
      } catch (error) {
        if (!(error instanceof FlagProblem)) throw error;
        this.problems.push(`${this.#input}: ${word.name} ${error.message}`);
        // The value of a flag that was refused before it was read is no flag of its own.
        if (this.#at === before && word.value === undefined && this.#words[this.#at]?.name === '') this.#at++;
      }
    }
  }

  #one(word: FlagWord, read: (name: string, next: () => string) => boolean): void {
    const { name } = word;
    if (name === '') {
      this.problems.push(`${this.#input}: word ${this.#at} belongs to no flag`);
      return;
    }
    let taken = false;
    const next = (): string => {
      taken = true;
      const value = word.value ?? this.#following();
      if (value === undefined) throw new FlagProblem('needs a value');
      return value;
    };
    if (!this.#isAboutGcloud(name, next) && !read(name, next)) throw new FlagProblem(advice(name));
    if (!taken && word.value !== undefined) throw new FlagProblem('takes no value');
  }

  #isAboutGcloud(name: string, next: () => string): boolean {
    const takes = aboutGcloud[name];
    if (!takes) return false;
    const given = takes === 'value' ? withoutQuotes(next()) : '';
    if (name === '--platform' && given !== 'managed')
      throw new FlagProblem('must be managed: nothing else is deployed to here');
    if (name === '--async') this.remarks.push(`${this.#input}: --async has no effect, the end is waited for`);
    return true;
  }

  #following(): string | undefined {
    const following = this.#words[this.#at];
    if (following?.name !== '') return undefined;
    this.#at++;
    return following.value;
  }
}

function advice(name: string): string {
  const instead = refused[name];
  if (instead) return `is not supported; ${instead}`;
  const negatives = Object.keys(table)
    .filter((one) => table[one]?.takes === 'switch')
    .map((one) => `--no-${one.slice(2)}`);
  const near = nearest(name, [...Object.keys(table), ...negatives]);
  return `is not a flag that is known here${near ? `; did you mean ${near}?` : ''}`;
}
