/** Holds what would be done against what was approved. Pure. */
import { Failure } from '../lib/failure.ts';

export interface Approval {
  readonly from: string;
  readonly to: string;
  /** Digest of the proposal as it was approved, and as it is now. */
  readonly approved: string | undefined;
  readonly now: string;
  /** Names of the migrations that would run, then and now. */
  readonly approvedMigrations: readonly string[];
  readonly migrations: readonly string[];
}

/**
 * Throws PROMOTION_CHANGED when anything else would be done than was approved. Fewer migrations are no surprise: an
 * earlier attempt may have applied them, and the approver may have seen all there are. Others are one.
 */
export function requireApproved(approval: Approval): void {
  const { from, to, approved, now } = approval;
  const known = new Set(approval.approvedMigrations);
  const surprises = approval.migrations.filter((name) => !known.has(name));
  if (approved === now && surprises.length === 0) return;
  const what =
    approved === now
      ? `${surprises.join(', ')} would be migrated as well`
      : `it was ${approved ?? 'nothing'}, and is ${now} now`;
  throw new Failure(
    'PROMOTION_CHANGED',
    `What would be promoted from ${from} to ${to} is not what was approved: ${what}. Nothing was done.`,
    {
      next: 'The difference as it is now stands in the summary. Start the promotion again to have it approved.',
    },
  );
}
