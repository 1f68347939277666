import { runAction } from '../../github/run-action.ts';

await runAction('build', () => import('../build.ts'));
