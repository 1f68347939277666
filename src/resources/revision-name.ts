/**
 * Names of revisions: `<workload>-<short sha>-<n>`, so that a person sees in any list which commit serves. A name is
 * at most 63 characters long and is never used for two configurations.
 * https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#RevisionTemplate
 */
import type { Google } from '../google/google.ts';
import { listRevisions, type WorkloadLocation } from '../google/run.ts';

const shortShaLength = 7;
const mostCharacters = 63;

/** The first free name of the workload for this commit; `after` are names that Google already refused as taken. */
export async function nextRevisionName(
  google: Google,
  at: WorkloadLocation,
  commit: string,
  known: readonly string[],
): Promise<string> {
  const listed = await listRevisions(google, at);
  const names = [...listed.map(({ name }) => name?.split('/').at(-1) ?? ''), ...known];
  return revisionName(at.name, commit, names);
}

/** Pure: the name that follows the highest number that these names have for the commit. */
export function revisionName(workload: string, commit: string, names: readonly string[]): string {
  const beginning = `${workload}-${commit.toLowerCase().slice(0, shortShaLength)}-`;
  const numbers = names
    .filter((name) => name.startsWith(beginning))
    .map((name) => Number(name.slice(beginning.length)))
    .filter(Number.isInteger);
  const number = String(Math.max(0, ...numbers) + 1);
  // Ids of workloads have fewer than 50 characters, which leaves room for four digits.
  return `${beginning}${number}`.slice(0, mostCharacters);
}
