/** `flags`: what gcloud would have been told, as changes of the draft. */
import { nearest } from '../../config/nearest.ts';
import type { Edit, Kind } from './draft.ts';
import type { Flag, FlagContext, FlagTable, Given } from './flag-kinds.ts';
import { FlagReader } from './flag-reader.ts';
import { editsOf, type Use } from './flag-uses.ts';
import { FlagProblem, withoutQuotes } from './flag-words.ts';
import { containerFlags } from './flags-container.ts';
import { workloadFlags } from './flags-workload.ts';

const table: FlagTable = { ...containerFlags, ...workloadFlags };
const aliases: Readonly<Record<string, string>> = { '--labels': '--update-labels' };

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

/**
 * Reads `flags`, and joins to them the inputs that stand for flags; their orders go into the context. Problems name the
 * flag and never its value.
 */
export function readFlags(
  text: string,
  kind: Kind,
  context: FlagContext,
  inputs: readonly Use[] = [],
): Flags {
  const reader = new FlagReader('flags', text, flagAdvice);
  const uses = [...inputs];
  let container = '';
  reader.each((written, next) => {
    const found = flagOf(aliases[written] ?? written);
    if (!found) return false;
    const { name, flag, no } = found;
    if (!flag.on.includes(kind)) throw new FlagProblem(`is not for a ${kind}`);
    const given = flag.takes === 'value' ? next() : no ? 'no' : '';
    if (name === '--container') container = withoutQuotes(given);
    uses.push({ name, flag, input: 'flags', container: name in containerFlags ? container : '', given });
    return true;
  });
  const { edits, problems } = editsOf(uses, context);
  return { edits, problems: [...reader.problems, ...problems], remarks: reader.remarks };
}

/** An input that stands for a flag of that name. */
export function useOf(name: string, input: string, given: Given): Use {
  const flag = table[name];
  if (!flag) throw new Error(`no flag ${name}`);
  return { name, flag, input, container: '', given };
}

function flagOf(name: string): { name: string; flag: Flag; no: boolean } | undefined {
  const flag = table[name];
  if (flag) return { name, flag, no: false };
  const positive = `--${name.slice('--no-'.length)}`;
  const switched = name.startsWith('--no-') ? table[positive] : undefined;
  return switched?.takes === 'switch' ? { name: positive, flag: switched, no: true } : undefined;
}

/** The flags of `gcloud run services replace` are those of gcloud itself. */
export function readMetadataFlags(text: string, context: FlagContext): Flags {
  const reader = new FlagReader('flags', text, flagAdvice);
  reader.each((name, next) => {
    if (name !== '--project' && name !== '--region') {
      if (!flagOf(aliases[name] ?? name)) return false;
      throw new FlagProblem('has no effect on a metadata file; set it in the file');
    }
    table[name]?.edit([next()], context);
    return true;
  });
  return { edits: [], problems: reader.problems, remarks: reader.remarks };
}

/** What to do about a flag that is not known. */
export function flagAdvice(name: string): string {
  const instead = refused[name];
  if (instead) return `is not supported; ${instead}`;
  const negatives = Object.keys(table)
    .filter((one) => table[one]?.takes === 'switch')
    .map((one) => `--no-${one.slice(2)}`);
  const near = nearest(name, [...Object.keys(table), ...Object.keys(aliases), ...negatives]);
  return `is not a flag that is known here${near ? `; did you mean ${near}?` : ''}`;
}
