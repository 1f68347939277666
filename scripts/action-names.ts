/** The actions, in the order in which a deployment runs them. */
export const actionNames = [
  'plan',
  'provision',
  'build',
  'migrate',
  'deploy-service',
  'release',
  'promote',
] as const;
