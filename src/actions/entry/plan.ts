import { runAction } from '../../github/run-action.ts';

await runAction('plan', () => import('../plan.ts'));
