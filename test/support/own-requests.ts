import type { JournalEntry } from '../../src/emulator/emulator.ts';

/** Throws when a bundle sent a field that only Google writes: Google would have left it unread. */
export function refuseUnreadFields(requests: readonly JournalEntry[]): void {
  const unread = requests.flatMap(({ id, ignored = [] }) => ignored.map((path) => `${id} ${path}`));
  if (unread.length > 0) throw new Error(`sent what only Google writes: ${unread.join(', ')}`);
}
