import type { Rehearsed } from '../files.ts';

export function renderReport(rehearsed: Rehearsed): string {
  return rehearsed.eventName;
}
