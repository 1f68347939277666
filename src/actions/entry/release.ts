import { runAction } from '../../github/run-action.ts';

await runAction('release', () => import('../release.ts'));
