import { runAction } from '../../github/run-action.ts';

await runAction('promote', () => import('../promote.ts'));
