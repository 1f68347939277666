import {
  joinKVStringForGCloud,
  parseBoolean,
  parseCSV,
  parseFlags,
  parseKVString,
} from '@google-github-actions/actions-utils';
import { commit, project } from './drop-in.ts';

/** Inputs of a step, as `with:` gives them. */
export type StepInputs = Readonly<Record<string, string>>;

/** What deploy-cloudrun makes of the inputs of a step: `gcloud run …`, each word of its own. */
export interface PeerCommands {
  readonly deploy: readonly string[];
  /** Run after it when the step says where traffic goes. */
  readonly traffic?: readonly string[];
}

/**
 * For a service or job by image, version 3.0.1, with the parsers of its own library.
 * https://github.com/google-github-actions/deploy-cloudrun#inputs
 */
export function peerCommands(inputs: StepInputs): PeerCommands {
  const words = [...target(inputs), ...settings(inputs), ...(inputs.job ? ofJob(inputs) : ofService(inputs))];
  const place = ['--region', parseCSV(inputs.region ?? 'us-central1').join(','), '--project', project];
  const deploy = [...words, ...place, ...parseFlags(inputs.flags ?? '')];
  const { revision_traffic, tag_traffic, service = '' } = inputs;
  if (!revision_traffic && !tag_traffic) return { deploy };
  const share = revision_traffic ? ['--to-revisions', revision_traffic] : ['--to-tags', tag_traffic ?? ''];
  const more = parseFlags(inputs.update_traffic_flags ?? '');
  return { deploy, traffic: ['run', 'services', 'update-traffic', service, ...share, ...place, ...more] };
}

function target({ job, service = '', image }: StepInputs): string[] {
  const name = job ? ['run', 'jobs', 'deploy', job] : ['run', 'deploy', service];
  return image ? [...name, '--image', image] : name;
}

function settings(inputs: StepInputs): string[] {
  const secrets = inputs.job ? 'overwrite' : inputs.secrets_update_strategy;
  return [
    ...pairs(verb(inputs.env_vars_update_strategy, 'env-vars'), inputs.env_vars),
    ...pairs(verb(secrets, 'secrets'), inputs.secrets),
  ];
}

function verb(strategy: string | undefined, what: string): string {
  return strategy === 'overwrite' ? `--set-${what}` : `--update-${what}`;
}

function ofJob(inputs: StepInputs): string[] {
  return [...labels('--labels', inputs), ...(parseBoolean(inputs.wait) ? ['--wait'] : [])];
}

function ofService(inputs: StepInputs): string[] {
  const { tag, suffix, timeout, no_traffic = '' } = inputs;
  return [
    ...(tag ? ['--tag', tag] : []),
    ...(suffix ? ['--revision-suffix', suffix] : []),
    ...(no_traffic.toLowerCase() === 'true' ? ['--no-traffic'] : []),
    ...(timeout ? ['--timeout', timeout] : []),
    ...labels('--update-labels', inputs),
  ];
}

function labels(flag: string, inputs: StepInputs): string[] {
  const defaults = { 'managed-by': 'github-actions', 'commit-sha': commit.toLowerCase() };
  const all = {
    ...(parseBoolean(inputs.skip_default_labels) ? {} : defaults),
    ...parseKVString(inputs.labels ?? ''),
  };
  return Object.keys(all).length > 0 ? [flag, joinKVStringForGCloud(all)] : [];
}

function pairs(flag: string, text: string | undefined): string[] {
  const found = parseKVString(text ?? '') ?? {};
  return Object.keys(found).length > 0 ? [flag, joinKVStringForGCloud(found)] : [];
}
