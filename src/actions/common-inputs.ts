import { boolean, text } from '../github/inputs.ts';

/** What every action takes. */
export const commonInputs = {
  config: text({
    description: 'The deployment file, relative to the workspace.',
    default: 'deploy.yaml',
  }),
  environment: text({
    description:
      'The environment of the file to work on. May be left out when the file has exactly one, or none.',
  }),
  project_id: text({ description: 'Google Cloud project, instead of the one that the file names.' }),
  region: text({ description: 'Region, instead of the one that the file names.' }),
  workload_identity_provider: text({
    description:
      'Full name of the Workload Identity provider, `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. Without it, the credentials that google-github-actions/auth left are used.',
  }),
  service_account: text({
    description: 'E-mail of the service account to act as. Only together with `workload_identity_provider`.',
  }),
  dry_run: boolean({ description: 'Show what would be done and do nothing.', default: 'false' }),
} as const;

/** For the actions that tell GitHub, or ask it, something. */
export const githubTokenInput = text({
  description: "Token for GitHub's API.",
  default: `\${{ github.token }}`,
  secret: true,
});

/** For the actions that work on one service. */
export const serviceInput = text({
  description: 'The key of the service under `services:` in the file.',
  required: true,
});
