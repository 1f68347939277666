import { CelError, parseCel } from '../cel.ts';

/**
 * Whether the condition of a binding holds. A condition that uses what the emulator does not know grants nothing,
 * as on Google a condition that cannot be evaluated does.
 */
export function evaluateCondition(expression: string, resource: string, now: number): boolean {
  try {
    return parseCel(expression).evaluate({ resource: { name: resource }, request: { time: now } }) === true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}
