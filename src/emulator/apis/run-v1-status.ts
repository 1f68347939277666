import type { Condition } from './run-resource.ts';

export interface V1Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastTransitionTime: string;
  readonly message?: string;
  readonly reason?: string;
  readonly severity?: string;
}

const states = {
  CONDITION_SUCCEEDED: 'True',
  CONDITION_FAILED: 'False',
  CONDITION_RECONCILING: 'Unknown',
  CONDITION_PENDING: 'Unknown',
} as const;

export function conditionToV1(condition: Condition, type = condition.type): V1Condition {
  const reason = condition.revisionReason ?? condition.executionReason ?? condition.reason;
  return {
    type,
    status: states[condition.state],
    lastTransitionTime: condition.lastTransitionTime,
    ...(condition.message === undefined ? {} : { message: condition.message }),
    ...(reason === undefined ? {} : { reason: camelCase(reason) }),
  };
}

/** `Ready` first, as the v1 API has one list for what the v2 API keeps apart. */
export function conditionsToV1(resource: {
  readonly terminalCondition?: Condition;
  readonly conditions?: readonly Condition[];
}): V1Condition[] {
  const { terminalCondition, conditions = [] } = resource;
  return [...(terminalCondition === undefined ? [] : [terminalCondition]), ...conditions].map((one) =>
    conditionToV1(one),
  );
}

/** `NON_ZERO_EXIT_CODE` is `NonZeroExitCode` in the v1 API. */
function camelCase(reason: string): string {
  return reason
    .toLowerCase()
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
