import { runAction } from '../../github/run-action.ts';

await runAction('provision', () => import('../provision.ts'));
