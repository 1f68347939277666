import { claimName } from '../config/preview-names.ts';
import type { JournalEntry } from '../emulator/emulator.ts';
import { cloudWrites } from './cloud-writes.ts';
import type { Rehearsed } from './files.ts';

/** What a rehearsal comes to. */
export interface Verdict {
  readonly good: boolean;
  /** What the second run did to the cloud although nothing had changed. */
  readonly repeated: readonly JournalEntry[];
  /** What it is meant to do each time: a preview says that somebody still works on it. */
  readonly renewed: readonly JournalEntry[];
}

export function verdictOf({ before = [], first, second, deployment }: Judged): Verdict {
  const writes = cloudWrites(second?.requests ?? []);
  const renewed = writes.filter((request) => renewsClaim(request, deployment));
  const repeated = writes.filter((request) => !renewed.includes(request));
  const runs = [...before, first, second].filter((run) => run !== undefined);
  const succeeded = first !== undefined && runs.every(({ record }) => record.result === 'success');
  return { good: succeeded && repeated.length === 0, repeated, renewed };
}

export type Judged = Pick<Rehearsed, 'first' | 'second'> & Partial<Pick<Rehearsed, 'before' | 'deployment'>>;

function renewsClaim({ method, path }: JournalEntry, deployment: Judged['deployment']): boolean {
  const { name, preview } = deployment ?? {};
  if (name === undefined || preview === undefined) return false;
  return method === 'PATCH' && path.endsWith(`/secrets/${claimName(name, preview.pullRequest)}`);
}
