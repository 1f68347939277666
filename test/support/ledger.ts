import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'vitest';
import type { JournalEntry } from '../../src/emulator/emulator.ts';

/** A call that a test made, as `scripts/generate-emulator-ledger.ts --record` collects them. */
export interface RecordedCall {
  /** The test file, from the root of the repository. */
  readonly test: string;
  readonly method: string;
  readonly path: string;
  readonly api: string;
  readonly client: string;
}

/** Appends the calls to the file that EMULATOR_LEDGER names; does nothing without it. */
export function recordCalls(journal: readonly JournalEntry[]): void {
  const file = process.env.EMULATOR_LEDGER;
  const path = expect.getState().testPath;
  if (file === undefined || path === undefined) return;
  const test = relative(process.cwd(), path);
  const lines = journal
    .filter((entry) => entry.status !== 501 && entry.status !== 0 && entry.api !== '')
    .map((entry): RecordedCall => {
      const { method, path: called, api, client = '' } = entry;
      return { test, method, path: called, api, client };
    });
  appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
