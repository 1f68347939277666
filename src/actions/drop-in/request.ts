/** The inputs as one request, complete and checked: nothing is sent to Google before. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../github/host.ts';
import { Failure } from '../../lib/failure.ts';
import {
  labelProblems,
  nameProblems,
  suffixProblems,
  tagProblems,
  variableProblems,
} from './check-values.ts';
import type { Edit, Kind } from './draft.ts';
import type { FlagContext, Orders } from './flag-kinds.ts';
import type { Use } from './flag-uses.ts';
import { percentages } from './flag-values.ts';
import { FlagProblem } from './flag-words.ts';
import { readFlags, readMetadataFlags, useOf } from './flags.ts';
import { readTrafficFlags } from './flags-traffic.ts';
import { parseFullName } from './full-name.ts';
import type { DropInInputs } from './inputs.ts';
import { type KeyValues, parseKeyValues } from './key-values.ts';
import { defaultLabels } from './labels.ts';
import { type Metadata, readMetadata } from './metadata-file.ts';
import type { TrafficOrder } from './traffic.ts';
import { parseSecret } from './variables.ts';
import { readVariablesFile } from './variables-file.ts';

export interface Request {
  readonly target:
    | { readonly kind: Kind; readonly name: string }
    | ({ readonly kind: 'metadata'; readonly name: string } & Metadata);
  readonly project: string;
  /** At least one; the outputs are those of the first. */
  readonly regions: readonly string[];
  /** Folder to build, relative to the workspace. */
  readonly source: string | undefined;
  readonly edits: readonly Edit[];
  readonly orders: Orders;
  /** Of which the output `url` is; deploy-cloudrun does not look at a tag in `flags`. */
  readonly urlTag: string | undefined;
  readonly traffic: readonly TrafficOrder[];
  /** For warnings. */
  readonly remarks: readonly string[];
}

/** deploy-cloudrun's own default. */
const defaultRegion = 'us-central1';

/** Throws INPUT_INVALID with every problem; none of them repeats a value of env_vars, secrets or flags. */
export function readRequest(inputs: DropInInputs, host: Pick<Host, 'environment' | 'workspace'>): Request {
  const reader = new RequestReader(inputs, host);
  const request = reader.read();
  if (reader.problems.length === 0) return request;
  const count = reader.problems.length;
  throw new Failure(
    'INPUT_INVALID',
    `The action's inputs have ${count === 1 ? '1 problem' : `${count} problems`}: ${reader.problems[0]}.`,
    { next: 'Correct the `with:` of this step.', details: reader.problems },
  );
}

class RequestReader {
  readonly problems: string[] = [];
  readonly #remarks: string[] = [];
  readonly #inputs: DropInInputs;
  readonly #host: Pick<Host, 'environment' | 'workspace'>;

  constructor(inputs: DropInInputs, host: Pick<Host, 'environment' | 'workspace'>) {
    this.#inputs = inputs;
    this.#host = host;
  }

  read(): Request {
    const inputs = this.#inputs;
    this.#checkTogether();
    const target = this.#target();
    const kind = target.kind === 'job' ? 'job' : 'service';
    const orders: Orders = {
      ...(inputs.tag ? { tag: inputs.tag } : {}),
      ...(inputs.suffix ? { suffix: inputs.suffix } : {}),
      ...(inputs.no_traffic ? { noTraffic: true } : {}),
      ...(inputs.image ? { image: inputs.image } : {}),
      ...(inputs.wait ? { run: 'and wait' } : {}),
    };
    const context: FlagContext = {
      orders,
      variables: (file) => readVariablesFile(this.#host.workspace, file),
    };
    const uses = this.#uses(kind);
    const flags =
      target.kind === 'metadata'
        ? readMetadataFlags(inputs.flags ?? '', context)
        : readFlags(inputs.flags ?? '', kind, context, uses);
    this.problems.push(...flags.problems);
    this.#remarks.push(...flags.remarks);
    if (target.kind === 'service') {
      this.problems.push(...suffixProblems(target.name, orders.suffix), ...tagProblems(orders.tag));
    }
    this.#checkImage(orders);
    this.#checkIgnored();
    const place = this.#place(orders);
    const traffic = this.#traffic(target.kind, place);
    return {
      target,
      ...place,
      source: target.kind === 'metadata' ? undefined : inputs.source,
      edits: flags.edits,
      orders,
      urlTag: inputs.tag,
      traffic,
      remarks: this.#remarks,
    };
  }

  #checkTogether(): void {
    const { revision_traffic, tag_traffic, source, image, service, job, metadata } = this.#inputs;
    if (revision_traffic && tag_traffic)
      this.problems.push('only one of `revision_traffic` and `tag_traffic` can be set');
    if (source && image) this.problems.push('only one of `source` and `image` can be set');
    if (service && job) this.problems.push('only one of `service` and `job` can be set');
    if ((revision_traffic || tag_traffic) && !service && !metadata)
      this.problems.push('no service name set: traffic is that of a service');
    if (!service && !job && !metadata)
      this.problems.push('one of `service`, `job` and `metadata` is required');
    for (const name of ['gcloud_version', 'gcloud_component'] as const) {
      if (this.#inputs[name]) this.#remarks.push(`${name} has no effect: there is no gcloud here`);
    }
  }

  #target(): Request['target'] {
    const { metadata, service, job } = this.#inputs;
    if (metadata) {
      const read = this.#attempt(() => readMetadata(this.#host.workspace, metadata));
      if (read) {
        this.#checkMetadata(read);
        return { kind: 'metadata', name: read.object.metadata.name, ...read };
      }
    }
    const kind = job ? 'job' : 'service';
    const given = (job ?? service ?? '').trim();
    const { id } = parseFullName(kind, given);
    this.problems.push(...nameProblems(kind, given, id));
    return { kind, name: id };
  }

  #checkMetadata({ file, object, knative }: Metadata): void {
    const { service, job, revision_traffic, tag_traffic } = this.#inputs;
    const { name } = object.metadata;
    this.problems.push(...nameProblems(`${file}: metadata.name`, name, name));
    if (service && parseFullName('service', service).id !== name) {
      this.problems.push(
        `service name in ${file} ("${name}") does not match the input service ("${service}")`,
      );
    }
    if (knative !== 'Service' && (revision_traffic || tag_traffic))
      this.problems.push(`${file} is a ${knative}, which has no traffic`);
    const ignored: string[] = (
      [
        'image',
        'source',
        'env_vars',
        'env_vars_file',
        'labels',
        'secrets',
        'tag',
        'suffix',
        'timeout',
        'no_traffic',
        'wait',
      ] as const
    ).filter((input) => this.#inputs[input]);
    const isOfJob = knative === 'Job' && job !== undefined && parseFullName('job', job).id === name;
    if (job && !isOfJob) ignored.unshift('job');
    if (ignored.length > 0)
      this.#remarks.push(`${ignored.join(', ')}: without effect, ${file} says all there is to say`);
  }

  #checkImage(orders: Orders): void {
    if (this.#inputs.metadata || orders.image || this.#inputs.source) return;
    this.problems.push(
      `\`image\` or \`source\` is required (there is no ${this.#inputs.config || 'deployment file'} in the workspace, so this step works as deploy-cloudrun does)`,
    );
  }

  /** gcloud leaves out of a build what its own file names; a build here asks .dockerignore. */
  #checkIgnored(): void {
    const { source } = this.#inputs;
    if (source && existsSync(join(this.#host.workspace, source, '.gcloudignore')))
      this.#remarks.push(
        '.gcloudignore has no effect; name what is to be left out of the build in .dockerignore',
      );
  }

  /** The inputs that stand for flags; gcloud gets them from deploy-cloudrun in the same command. */
  #uses(kind: Kind): Use[] {
    const { image, timeout } = this.#inputs;
    return [
      ...(image ? [useOf('--image', 'image', image)] : []),
      ...this.#variables(),
      ...this.#secrets(kind),
      ...this.#labels(),
      ...(timeout && kind === 'service' ? [useOf('--timeout', 'timeout', timeout)] : []),
    ];
  }

  #variables(): Use[] {
    const { env_vars, env_vars_file, env_vars_update_strategy: strategy } = this.#inputs;
    const given = this.#keyValues('env_vars', env_vars);
    const file = env_vars_file
      ? (this.#attempt(() => readVariablesFile(this.#host.workspace, env_vars_file), 'env_vars_file') ?? [])
      : [];
    const entries = new Map([...file, ...given.entries]);
    this.problems.push(...variableProblems('env_vars', entries.keys()));
    if (entries.size === 0) return given.clears ? [useOf('--clear-env-vars', 'env_vars', '')] : [];
    const name = given.clears || strategy === 'overwrite' ? '--set-env-vars' : '--update-env-vars';
    return [useOf(name, env_vars ? 'env_vars' : 'env_vars_file', [...entries])];
  }

  #secrets(kind: Kind): Use[] {
    const given = this.#keyValues('secrets', this.#inputs.secrets);
    const entries = [...given.entries].filter(([key, written]) =>
      this.#attempt(() => parseSecret(key, written), 'secrets:'),
    );
    this.problems.push(...variableProblems('secrets', given.entries.keys()));
    if (entries.length === 0) return given.clears ? [useOf('--clear-secrets', 'secrets', '')] : [];
    const strategy = this.#inputs.secrets_update_strategy;
    // A job's secrets were never merged, and workflows that name all of them rely on it.
    if (kind === 'job' && strategy === 'merge')
      this.#remarks.push('the secrets of a job are overwritten, as with deploy-cloudrun, and not merged');
    const sets = kind === 'job' || strategy === 'overwrite';
    return [useOf(sets ? '--set-secrets' : '--update-secrets', 'secrets', entries)];
  }

  #labels(): Use[] {
    const given = this.#keyValues('labels', this.#inputs.labels);
    const defaults = this.#inputs.skip_default_labels ? {} : defaultLabels(this.#host.environment);
    const labels = { ...defaults, ...Object.fromEntries(given.entries) };
    this.problems.push(...labelProblems(labels));
    const entries = Object.entries(labels);
    return entries.length > 0 ? [useOf('--update-labels', 'labels', entries)] : [];
  }

  #keyValues(input: string, text: string | undefined): KeyValues {
    const parsed = parseKeyValues(text ?? '', this.#inputs.value_syntax);
    if ('problem' in parsed) {
      this.problems.push(`${input} ${parsed.problem}`);
      return { entries: new Map(), clears: false, remarks: [] };
    }
    this.#remarks.push(...parsed.value.remarks.map((remark) => `${input}: ${remark}`));
    return parsed.value;
  }

  #traffic(
    kind: Request['target']['kind'],
    place: Pick<Request, 'project' | 'regions'>,
  ): readonly TrafficOrder[] {
    const { revision_traffic, tag_traffic, update_traffic_flags } = this.#inputs;
    if (kind === 'job') {
      if (update_traffic_flags)
        this.#remarks.push('update_traffic_flags has no effect: a job has no traffic');
      return [];
    }
    const traffic = this.#percentages();
    if (!update_traffic_flags) return traffic ? [traffic] : [];
    // deploy-cloudrun runs update-traffic only when it is told the traffic.
    if (!revision_traffic && !tag_traffic)
      this.#remarks.push('update_traffic_flags has no effect without revision_traffic or tag_traffic');
    if (!traffic) return [];
    const flags = readTrafficFlags(update_traffic_flags, traffic, place);
    this.problems.push(...flags.problems);
    return flags.orders;
  }

  #percentages() {
    const { revision_traffic, tag_traffic } = this.#inputs;
    const kind = revision_traffic ? 'to revisions' : 'to tags';
    const [input, text] = revision_traffic
      ? ['revision_traffic', revision_traffic]
      : ['tag_traffic', tag_traffic];
    const found = text ? this.#attempt(() => percentages(text), input) : undefined;
    return found ? ({ kind, percentages: found } as const) : undefined;
  }

  #place(orders: Orders): { project: string; regions: readonly string[] } {
    const { job, service, project_id, region } = this.#inputs;
    const named = parseFullName(job ? 'job' : 'service', job ?? service ?? '');
    const { CLOUDSDK_CORE_PROJECT, CLOUDSDK_PROJECT, GCLOUD_PROJECT, GCP_PROJECT, GOOGLE_CLOUD_PROJECT } =
      this.#host.environment;
    const project =
      orders.project ||
      project_id ||
      named.project ||
      // What google-github-actions/auth and setup-gcloud leave.
      CLOUDSDK_CORE_PROJECT ||
      CLOUDSDK_PROJECT ||
      GCLOUD_PROJECT ||
      GCP_PROJECT ||
      GOOGLE_CLOUD_PROJECT ||
      '';
    if (project === '')
      this.problems.push('project_id is required: nothing in the environment names a project');
    const regions = (orders.region || region || named.region || defaultRegion)
      .split(',')
      .map((region) => region.trim())
      .filter((region) => region !== '');
    for (const region of regions) {
      if (!/^[a-z]+-[a-z]+\d+$/.test(region)) this.problems.push(`region "${region}" is not a region`);
    }
    if ((named.project ?? project) !== project)
      this.problems.push(`the name is of the project ${named.project}, and project_id says ${project}`);
    if (named.region !== undefined && regions.some((one) => one !== named.region))
      this.problems.push(`the name is of the region ${named.region}, and region says ${regions.join(', ')}`);
    return { project, regions: [...new Set(regions)] };
  }

  #attempt<T>(read: () => T, input = ''): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FlagProblem)) throw error;
      this.problems.push(`${input} ${error.message}`.trim());
      return undefined;
    }
  }
}
