/** The actions, in the order in which a deployment runs them. */
export const actionNames = [
  'plan',
  'preview',
  'provision',
  'build',
  'migrate',
  'deploy-service',
  'release',
  'promote',
  'cleanup',
] as const;
