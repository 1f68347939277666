import { type Call, type Cloud, Refusal } from '../service.ts';
import { requireActAs } from '../service-accounts.ts';

export interface BuildStep extends Record<string, unknown> {
  readonly name?: string;
  readonly id?: string;
  readonly args?: readonly string[];
  readonly dir?: string;
  readonly entrypoint?: string;
  readonly env?: readonly string[];
  readonly script?: string;
  readonly waitFor?: readonly string[];
  readonly secretEnv?: readonly string[];
  readonly allowFailure?: boolean;
  readonly allowExitCodes?: readonly number[];
  status?: string;
  exitCode?: number;
}

export interface Build extends Record<string, unknown> {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  status: 'QUEUED' | 'WORKING' | 'SUCCESS' | 'FAILURE' | 'TIMEOUT' | 'CANCELLED';
  readonly createTime: string;
  startTime?: string;
  finishTime?: string;
  readonly timeout: string;
  readonly serviceAccount: string;
  readonly source?: { readonly storageSource?: StorageSource } & Record<string, unknown>;
  readonly steps: readonly BuildStep[];
  readonly images?: readonly string[];
  readonly tags?: readonly string[];
  readonly options?: Record<string, unknown> & {
    readonly logging?: string;
    readonly env?: readonly string[];
  };
  readonly substitutions?: Readonly<Record<string, string>>;
  failureInfo?: { type: string; detail: string };
  statusDetail?: string;
  results?: Record<string, unknown>;
  timing?: Record<string, unknown>;
  sourceProvenance?: Record<string, unknown>;
}

export interface StorageSource {
  readonly bucket?: string;
  readonly object?: string;
  readonly generation?: string;
}

/** Keyed by the build's full name. */
export function builds(cloud: Cloud) {
  return cloud.table<Build>('cloudbuild.builds');
}

export function serviceAccountEmail(build: Build): string {
  return build.serviceAccount.split('/').at(-1) ?? '';
}

/** The build as it is queued: validated, substitutions filled in. Throws Google's refusals. */
export function newBuild(call: Call, cloud: Cloud, id: string): Build {
  const body = (call.body ?? {}) as Partial<Build>;
  const project = cloud.project(call.params.project ?? '');
  const location = call.params.location ?? 'global';
  if (body.steps === undefined || body.steps.length === 0)
    throw invalid('invalid build: no build steps specified');
  if (body.secrets !== undefined || body.availableSecrets !== undefined) {
    throw new Refusal(501, 'UNIMPLEMENTED', 'This emulator has no secrets in builds.');
  }
  const serviceAccount = checkServiceAccount(call, cloud, body, project);
  checkSource(body);
  checkSteps(body.steps);
  const substitute = substitution(body, {
    id,
    project: project.id,
    number: project.number,
    location,
    serviceAccount,
  });
  const steps = body.steps.map((step) => ({
    ...step,
    ...(step.args === undefined ? {} : { args: step.args.map(substitute) }),
    ...(step.env === undefined ? {} : { env: step.env.map(substitute) }),
    ...(step.dir === undefined ? {} : { dir: substitute(step.dir) }),
    ...(step.name === undefined ? {} : { name: substitute(step.name) }),
  }));
  return {
    ...body,
    id,
    projectId: project.id,
    name: `projects/${project.number}/locations/${location}/builds/${id}`,
    status: 'QUEUED',
    createTime: cloud.timestamp(),
    steps,
    ...(body.images === undefined ? {} : { images: body.images.map(substitute) }),
    ...(body.tags === undefined ? {} : { tags: body.tags.map(substitute) }),
    timeout: checkTimeout(body.timeout),
    queueTtl: body.queueTtl ?? '3600s',
    logUrl: `https://console.cloud.google.com/cloud-build/builds;region=${location}/${id}?project=${project.number}`,
    serviceAccount,
    substitutions: body.substitutions ?? {},
    options: { logging: 'LEGACY', ...body.options },
    artifacts: { ...(body.artifacts as object | undefined), images: body.images?.map(substitute) ?? [] },
  };
}

function checkServiceAccount(
  call: Call,
  cloud: Cloud,
  body: Partial<Build>,
  project: { id: string; number: string },
): string {
  if (!body.serviceAccount) {
    return `projects/${project.id}/serviceAccounts/${project.number}-compute@developer.gserviceaccount.com`;
  }
  const email = /^projects\/([^/]+)\/serviceAccounts\/([^/]+)$/.exec(body.serviceAccount)?.[2];
  if (email === undefined) {
    throw invalid(
      `Failed to parse resource name: "${body.serviceAccount}" must have the form projects/PROJECT/serviceAccounts/ACCOUNT`,
    );
  }
  const options = body.options ?? {};
  const logging = options.logging;
  if (
    !body.logsBucket &&
    options.defaultLogsBucketBehavior !== 'REGIONAL_USER_OWNED_BUCKET' &&
    logging !== 'CLOUD_LOGGING_ONLY' &&
    logging !== 'NONE'
  ) {
    throw invalid(
      "if 'build.service_account' is specified, the build must either (a) specify 'build.logs_bucket', (b) use the " +
        'REGIONAL_USER_OWNED_BUCKET build.options.default_logs_bucket_behavior option, or (c) use either ' +
        'CLOUD_LOGGING_ONLY / NONE logging options: invalid argument',
    );
  }
  requireActAs(cloud, call.principal, email);
  return `projects/${project.id}/serviceAccounts/${email}`;
}

function checkSource(body: Partial<Build>): void {
  if (body.source === undefined) return;
  const source = body.source.storageSource;
  if (source === undefined) {
    throw new Refusal(501, 'UNIMPLEMENTED', 'This emulator builds from source.storageSource only.');
  }
  if (!source.bucket || !source.object) {
    throw invalid('invalid build: source.storageSource needs a bucket and an object');
  }
}

function checkSteps(steps: readonly BuildStep[]): void {
  const ids = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (!step.name) throw invalid(`invalid build: invalid build step name "" (step ${index})`);
    for (const awaited of step.waitFor ?? []) {
      if (awaited !== '-' && !ids.has(awaited)) {
        throw invalid(
          `invalid build: build step ${index} "${step.id ?? step.name}" waits for "${awaited}", which is not the id of an earlier step`,
        );
      }
    }
    if (step.id === undefined) continue;
    if (ids.has(step.id)) throw invalid(`invalid build: build step id "${step.id}" is not unique`);
    ids.add(step.id);
  }
}

/** An hour if nothing is said, a day at most. https://cloud.google.com/build/docs/build-config-file-schema#timeout_2 */
function checkTimeout(timeout: string | undefined): string {
  if (timeout === undefined) return '3600s';
  const seconds = Number(/^(\d+)(?:\.\d+)?s$/.exec(timeout)?.[1] ?? Number.NaN);
  if (!(seconds >= 1 && seconds <= 86_400)) {
    throw invalid(
      `invalid build: invalid timeout "${timeout}": must be between 1 second and 24 hours, such as "600s"`,
    );
  }
  return timeout;
}

/** https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values */
function substitution(
  body: Partial<Build>,
  facts: { id: string; project: string; number: string; location: string; serviceAccount: string },
): (text: string) => string {
  const own = body.substitutions ?? {};
  const built: Record<string, string> = {
    PROJECT_ID: facts.project,
    PROJECT_NUMBER: facts.number,
    BUILD_ID: facts.id,
    LOCATION: facts.location,
    SERVICE_ACCOUNT: facts.serviceAccount,
    SERVICE_ACCOUNT_EMAIL: facts.serviceAccount.split('/').at(-1) ?? '',
  };
  for (const name of Object.keys(own)) {
    if (!/^_[A-Z0-9_]+$/.test(name) && !(name in built)) {
      throw invalid(
        `invalid build: invalid value for 'build.substitutions': substitution key "${name}" must match "^_[A-Z0-9_]+$"`,
      );
    }
  }
  const used = new Set<string>();
  const loose = body.options?.substitutionOption === 'ALLOW_LOOSE';
  const substitute = (text: string) =>
    text.replace(
      /\$\$|\$(?:([A-Z_][A-Z0-9_]*)|\{([A-Z_][A-Z0-9_]*)\})/g,
      (whole, bare?: string, braced?: string) => {
        if (whole === '$$') return '$';
        const name = bare ?? braced ?? '';
        used.add(name);
        const value = own[name] ?? built[name];
        if (value !== undefined) return value;
        if (loose) return '';
        throw invalid(
          name.startsWith('_')
            ? `invalid build: invalid value for 'build.substitutions': key in the template "${name}" is not matched in the substitution data`
            : `invalid build: invalid value for 'build.substitutions': key in the template "${name}" is not a valid built-in substitution`,
        );
      },
    );
  if (!loose) {
    const texts = JSON.stringify([body.steps, body.images, body.tags]);
    for (const name of Object.keys(own)) {
      if (texts.includes(`$${name}`) || texts.includes(`\${${name}}`)) continue;
      throw invalid(
        `invalid build: invalid value for 'build.substitutions': key in the substitution data "${name}" is not matched in the template`,
      );
    }
  }
  return substitute;
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', message);
}
