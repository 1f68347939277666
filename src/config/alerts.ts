import { authenticationOf } from './access.ts';
import type { Alerts, Budget, UptimeCheck } from './deployment.ts';
import { type Draft, whereKey } from './draft.ts';
import { appName } from './names.ts';
import { suggestion } from './nearest.ts';
import type { ScalarNode } from './source.ts';
import { nodeAt } from './tree.ts';

/** `alerts:` and `budget:`: who is told of what. */

export function alertsOf(draft: Draft): Alerts | undefined {
  const alerts = draft.config.alerts;
  if (alerts === undefined) return undefined;
  return {
    email: [...new Set(alerts.email)],
    errorLog: alerts.error_log,
    uptime: uptimeKeys(draft).flatMap((node) => uptimeCheck(draft, node)),
    place: whereKey(draft, 'alerts').place,
  };
}

function uptimeKeys(draft: Draft): readonly ScalarNode[] {
  const list = nodeAt(draft.tree, ['alerts', 'uptime']);
  if (list?.kind !== 'list') return [];
  const scalars = list.items.filter((item) => item.kind === 'scalar');
  return [...new Map(scalars.map((item) => [item.text, item])).values()];
}

function uptimeCheck(draft: Draft, node: ScalarNode): readonly UptimeCheck[] {
  const app = draft.config.services[node.text]?.app;
  if (app === undefined) return [];
  const path = app.uptime_path ?? app.startup_path ?? '/';
  return [{ service: node.text, app: appName(draft.config, node.text), path, place: node.place }];
}

export function budgetOf(draft: Draft): Budget | undefined {
  const budget = draft.config.budget;
  if (budget === undefined) return undefined;
  return {
    billingAccount: budget.billing_account,
    amount: budget.amount,
    ...(budget.currency !== undefined && { currency: budget.currency }),
    thresholds: [...new Set(budget.thresholds)].sort((a, b) => a - b),
    place: whereKey(draft, 'budget').place,
  };
}

/** Google's checkers come from the internet and bring no token. https://cloud.google.com/monitoring/uptime-checks */
export function checkAlerts(draft: Draft): void {
  for (const node of uptimeKeys(draft)) {
    const key = node.text;
    if (!draft.scope.services.has(key)) {
      const known = [...draft.scope.services].flatMap(([name, app]) => (app === undefined ? [] : [name]));
      draft.findings.error({
        code: 'UNDECLARED_SERVICE',
        at: node,
        message: `there is no service "${key}"`,
        fix: suggestion(key, known, `declare ${key} under services:`),
      });
      continue;
    }
    if (draft.scope.services.get(key) === undefined) {
      draft.findings.error({
        code: 'UPTIME_WITHOUT_APP',
        at: node,
        message: `${key} has no app: and so nothing that could be called`,
        fix: 'remove it from alerts.uptime',
      });
      continue;
    }
    const app = draft.config.services[key]?.app;
    if (app === undefined || (app.ingress === 'all' && authenticationOf(draft, key) === 'none')) continue;
    draft.findings.error({
      code: 'UPTIME_NOT_PUBLIC',
      at: node,
      message: `${key} is not open to everybody, so that every check would fail`,
      fix: `remove it from alerts.uptime, or set public: true for ${key}`,
    });
  }
}
