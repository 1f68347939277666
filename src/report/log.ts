import type { EngineEvent } from '../engine/events.ts';
import { counted, duration, fieldLine, leftLine, lineOf, nameOf, totals } from './sentences.ts';

/** The lines that the log shows for an event of the engine. */
export function logLines(event: EngineEvent): readonly string[] {
  switch (event.kind) {
    case 'observed':
      return [`looked at ${counted(event.resources, 'resource')}`];
    case 'planned':
      return [
        `plan: ${totals(event.changes)}`,
        ...event.changes.flatMap((change) => [
          `  ${lineOf(change)}`,
          ...(change.action === 'create' ? [] : change.fields.map((field) => `      ${fieldLine(field)}`)),
        ]),
        ...event.left.map((one) => `  ${leftLine(one)}: ${one.because}`),
      ];
    case 'started':
      return [];
    case 'applied':
      return [`  ✓ ${nameOf(event.address)} (${duration(event.milliseconds)})`];
    case 'failed':
      return [
        `  ✗ ${nameOf(event.address)}: ${event.error instanceof Error ? event.error.message : String(event.error)}`,
      ];
  }
}
