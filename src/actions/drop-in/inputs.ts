import { choice, isTrue, looseBoolean, text } from '../../github/inputs.ts';
import { commonInputs } from '../common-inputs.ts';
import type { GithubDeploymentInputs } from '../github-deployment.ts';
import { trafficInputs } from '../rollout-inputs.ts';

const strategies = ['merge', 'overwrite'] as const;
const withoutFile = 'Without a deployment file:';

/** The inputs of google-github-actions/deploy-cloudrun, by its names; project_id and region are common to all actions. */
export const peerInputs = {
  service: text({
    description:
      'With a deployment file: the key of the service under `services:`. Without one: the Cloud Run service, by its id or as projects/PROJECT/locations/REGION/services/ID.',
  }),
  job: text({ description: `${withoutFile} the Cloud Run job to deploy, instead of a service.` }),
  metadata: text({
    description: `${withoutFile} a Knative YAML file (Service, Job or WorkerPool) to deploy as it is, relative to the workspace.`,
  }),
  source: text({
    description: `${withoutFile} a folder with a Dockerfile, built with Cloud Build and deployed. Not together with \`image\`.`,
  }),
  suffix: text({ description: `${withoutFile} the end of the name of the new revision.` }),
  env_vars: text({
    description: `${withoutFile} environment variables, KEY=VALUE separated by commas or newlines; \`value_syntax\` says how quotes are read.`,
  }),
  env_vars_update_strategy: choice(strategies, {
    description: `${withoutFile} \`merge\` keeps the other variables, \`overwrite\` removes them.`,
    default: 'merge',
  }),
  secrets: text({
    description: `${withoutFile} secrets, KEY=SECRET:VERSION for a variable or /PATH=SECRET:VERSION for a file, separated by commas or newlines.`,
  }),
  secrets_update_strategy: choice(strategies, {
    description: `${withoutFile} \`merge\` keeps the other secrets, \`overwrite\` removes them. The secrets of a job are always overwritten.`,
    default: 'merge',
  }),
  labels: text({
    description: `${withoutFile} labels, KEY=VALUE separated by commas or newlines.`,
  }),
  skip_default_labels: looseBoolean({
    description: `${withoutFile} leave out the labels managed-by and commit-sha.`,
    default: 'false',
  }),
  timeout: text({ description: `${withoutFile} the longest time for a request, as 300, 300s or 5m.` }),
  flags: text({
    description: `${withoutFile} flags of gcloud run deploy. Those that have no counterpart here are refused by name.`,
  }),
  ...trafficInputs,
  // Whatever is not "true" is false to deploy-cloudrun, and nothing is a mistake.
  no_traffic: isTrue({ description: trafficInputs.no_traffic.description, default: 'false' }),
  wait: looseBoolean({
    description: `${withoutFile} run the job once it is deployed, and wait until it ends.`,
    default: 'false',
  }),
  update_traffic_flags: text({
    description: `${withoutFile} flags of gcloud run services update-traffic.`,
  }),
  gcloud_version: text({ description: 'Accepted and without effect: there is no gcloud here.' }),
  gcloud_component: text({ description: 'Accepted and without effect: there is no gcloud here.' }),
} as const;

/** What deploy-cloudrun has not, or does not do as its documentation says. */
export const ownInputs = {
  env_vars_file: text({
    description: `${withoutFile} a file of environment variables, YAML or KEY=VALUE lines, relative to the workspace. \`env_vars\` wins over it.`,
  }),
  value_syntax: choice(['plain', 'quoted'], {
    description:
      'How env_vars, secrets and labels are read. `plain`: as deploy-cloudrun reads them, quotes protect nothing. `quoted`: as its documentation says, quotes protect commas and newlines and are taken off, `{}` removes all.',
    default: 'plain',
  }),
} as const;

export const dropInInputs = { ...peerInputs, ...ownInputs } as const;

/** As every action has it; empty when no file is to be looked for. */
export const configInput = text({
  description:
    'The deployment file, relative to the workspace. Empty, or when the default is not there: works without one, as google-github-actions/deploy-cloudrun does.',
  default: commonInputs.config.default ?? '',
  keepsEmpty: true,
});

/** What the drop-in reads: its own inputs and those of every action. */
export interface DropInInputs extends GithubDeploymentInputs {
  readonly config: string;
  readonly service: string | undefined;
  readonly job: string | undefined;
  readonly metadata: string | undefined;
  readonly image: string | undefined;
  readonly source: string | undefined;
  readonly suffix: string | undefined;
  readonly env_vars: string | undefined;
  readonly env_vars_file: string | undefined;
  readonly env_vars_update_strategy: (typeof strategies)[number];
  readonly secrets: string | undefined;
  readonly secrets_update_strategy: (typeof strategies)[number];
  readonly labels: string | undefined;
  readonly skip_default_labels: boolean;
  readonly value_syntax: 'plain' | 'quoted';
  readonly tag: string | undefined;
  readonly timeout: string | undefined;
  readonly flags: string | undefined;
  readonly no_traffic: boolean;
  readonly wait: boolean;
  readonly revision_traffic: string | undefined;
  readonly tag_traffic: string | undefined;
  readonly update_traffic_flags: string | undefined;
  readonly project_id: string | undefined;
  readonly region: string | undefined;
  readonly gcloud_version: string | undefined;
  readonly gcloud_component: string | undefined;
  readonly workload_identity_provider: string | undefined;
  readonly service_account: string | undefined;
}
