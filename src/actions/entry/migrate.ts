import { runAction } from '../../github/run-action.ts';

await runAction('migrate', () => import('../migrate.ts'));
