import type { JournalEntry } from '../emulator/emulator.ts';

/** What changed the cloud. The records that a run leaves on GitHub are new ones each time, and are not counted. */
export function cloudWrites(requests: readonly JournalEntry[]): readonly JournalEntry[] {
  return requests.filter((request) => request.write && request.api !== 'api.github.com');
}
