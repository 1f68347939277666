import { runAction } from '../../github/run-action.ts';

await runAction('deploy-service', () => import('../deploy-service.ts'));
