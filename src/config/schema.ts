import { z } from 'zod';
import {
  age,
  cpu,
  duration,
  httpPath,
  memory,
  relativePath,
  text,
  variableName,
  word,
  words,
} from './schema-values.ts';

/*
 * Every key of deploy.yaml. This is the only description of the file: the editor's schema, the tables of
 * docs/deploy-yaml.md and the checks all come from it. `derived` says a default that depends on other keys.
 */

const derived = (description: string, value: string) => ({ description, 'x-default': value });

const lowerCaseName = () =>
  word(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'use lower case letters, digits and hyphens, starting with a letter and not ending with a hyphen',
  );

const secretName = () =>
  word(/^[A-Za-z0-9_-]{1,255}$/, 'name secrets with letters, digits, hyphens and underscores');

const env = (where: string) =>
  z
    .record(variableName(), text())
    .default({})
    .describe(`Environment variables of ${where}, in plain text. \`\${...}\` references are filled in.`);

const secrets = (where: string) =>
  z
    .record(variableName(), text())
    .default({})
    .describe(
      `Environment variables of ${where} that are read from Secret Manager: variable → name under \`secrets:\`. The version is pinned at each deployment.`,
    );

const network = z
  .strictObject({
    name: lowerCaseName().optional().meta(derived('Name of the VPC network.', '`<name>-network`')),
    subnet_range: word(
      /^\d{1,3}(\.\d{1,3}){3}\/(8|9|1\d|2[0-6])$/,
      'write a CIDR range of /26 or larger, for example 10.8.0.0/22',
    )
      .default('10.8.0.0/22')
      .describe('Address range of the subnet; /26 or larger, as Direct VPC egress requires.'),
    egress: z
      .enum(['derived', 'all-traffic'])
      .default('derived')
      .describe(
        '`derived`: callers of internal services send everything through the VPC, users of Redis or a private database what goes to private addresses, others nothing. `all-traffic`: everything of every service, for example to have fixed outgoing addresses.',
      ),
    internal_calls: z
      .enum(['nat', 'dns'])
      .default('nat')
      .describe(
        'How calls to internal services stay inside the VPC. `nat`: callers send everything through it, with Cloud NAT for the internet. `dns`: a private zone sends every `run.app` name to the VPC, and callers need no NAT; that also catches services of others.',
      ),
  })
  .prefault({})
  .describe(
    'The VPC network. It is created when something needs it: Redis, a private database, internal calls.',
  );

const artifactRegistry = z
  .strictObject({
    repository: lowerCaseName().optional().meta(derived('Name of the Docker repository.', '`<name>`')),
    keep: z
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe('How many versions of each image the clean-up keeps.'),
  })
  .prefault({})
  .describe('Where images are kept.');

const builds = z
  .strictObject({
    machine_type: z
      .enum(['E2_MEDIUM', 'E2_HIGHCPU_8', 'E2_HIGHCPU_32', 'N1_HIGHCPU_8', 'N1_HIGHCPU_32'])
      .optional()
      .meta(derived('Machine of Cloud Build.', "Cloud Build's own")),
    timeout: duration().default('30m').describe('How long one build may take.'),
    service_account: lowerCaseName()
      .optional()
      .meta(derived('Service account that builds run as.', '`sa-<name>-builder`')),
    bucket: z.string().optional().meta(derived('Bucket of the source archives.', '`<name>-build-<project>`')),
  })
  .prefault({})
  .describe('How images are built.');

const cors = z.strictObject({
  origins: z
    .array(z.string())
    .min(1)
    .describe('Origins that may read, such as `https://example.com`, or `*`.'),
  methods: z.array(z.string()).default(['GET']).describe('HTTP methods that they may use.'),
  headers: z.array(z.string()).default([]).describe('Response headers that they may see.'),
  max_age: duration().default('1h').describe('How long a browser may remember the answer.'),
});

const bucket = z.strictObject({
  name: z
    .string()
    .optional()
    .meta(
      derived('Name of the bucket; names are shared by all of Google Cloud.', '`<name>-<key>-<project>`'),
    ),
  location: z.string().optional().meta(derived('A region, or `US`, `EU`, `ASIA`.', 'the region')),
  versioning: z.boolean().default(false).describe('Keep overwritten and deleted objects.'),
  cors: z.array(cors).default([]).describe('Which web pages may read the objects from a browser.'),
  delete_after_days: z.int().min(1).optional().describe('Delete objects that are older.'),
});

const frontend = z
  .strictObject({
    folder: relativePath().describe(
      'Folder of the files, relative to this file. Only changed files are written; files that are gone are deleted with the input `prune`.',
    ),
    bucket: z
      .string()
      .optional()
      .meta(
        derived(
          'Name of the bucket. Everybody may read it, so nothing else belongs into it.',
          '`<name>-frontend-<project>`',
        ),
      ),
    location: z.string().optional().meta(derived('A region, or `US`, `EU`, `ASIA`.', 'the region')),
    main_page: relativePath().default('index.html').describe('File that stands for a folder.'),
    not_found_page: relativePath()
      .optional()
      .meta(derived('File that is shown for an address without one.', 'the main page')),
    config_json: z
      .record(z.string(), text())
      .optional()
      .describe(
        `Written as \`config.json\` beside the files, for a page that reads where its services are, such as \`API_URL: "\${services.web.url}"\`.`,
      ),
    immutable: z
      .array(relativePath())
      .default([])
      .describe(
        'Folders of the bucket whose files never change under their names, such as `assets`: browsers keep them for a year. All other files they ask for again, unless the name holds a hash.',
      ),
  })
  .describe('A website in a public bucket: static files, and the addresses of the services for them.');

const alerts = z
  .strictObject({
    email: z
      .array(word(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'write an e-mail address'))
      .min(1)
      .describe('Who is told.'),
    error_log: z
      .boolean()
      .default(true)
      .describe('Tell when a service or a worker logs an error; at most once an hour.'),
    uptime: z
      .array(z.string())
      .default([])
      .describe(
        'Services that are called every five minutes from several places of the world: keys under `services:`. They must be open to everybody. `app.uptime_path` says what is called.',
      ),
  })
  .describe('E-mail when something is wrong.');

const budget = z
  .strictObject({
    billing_account: word(
      /^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/,
      'write the id of a billing account, for example 01AB23-45CD67-89EF01',
    ).describe(
      'The billing account that pays for the project. The deployer needs `roles/billing.costsManager` on it.',
    ),
    amount: z.int().min(1).describe('What the project may cost in a month. Nothing is switched off at it.'),
    currency: word(/^[A-Z]{3}$/, 'write a currency of three letters, for example EUR')
      .optional()
      .meta(derived('The currency of the billing account, the only one possible.', 'that of the account')),
    thresholds: z
      .array(
        z
          .number()
          .min(0.01, 'write fractions of the amount: 0.5 is half of it')
          .max(10, 'write fractions of the amount: 0.5 is half of it'),
      )
      .min(1)
      .default([0.5, 0.9, 1])
      .describe('Fractions of the amount at which e-mail is sent, to `alerts.email` too.'),
  })
  .describe('E-mail when the project becomes expensive.');

const database = z
  .strictObject({
    instance: word(
      /^[a-z]([-a-z0-9]{0,96}[a-z0-9])?$/,
      'use up to 98 lower case letters, digits and hyphens, starting with a letter',
    )
      .optional()
      .meta(
        derived(
          'Name of the Cloud SQL instance. The name of a deleted instance stays blocked for a week.',
          '`<name>-postgres`',
        ),
      ),
    version: z
      .enum(['POSTGRES_13', 'POSTGRES_14', 'POSTGRES_15', 'POSTGRES_16', 'POSTGRES_17', 'POSTGRES_18'])
      .default('POSTGRES_17')
      .describe('Version of PostgreSQL. A higher one is an upgrade in place, see `allow_upgrade`.'),
    allow_upgrade: z
      .boolean()
      .default(false)
      .describe(
        'Let a higher `version` be applied to an instance that is there. It is down for some minutes and cannot go back.',
      ),
    edition: z
      .enum(['ENTERPRISE', 'ENTERPRISE_PLUS'])
      .default('ENTERPRISE')
      .describe('Edition of Cloud SQL.'),
    tier: word(/^db-[a-z0-9-]+$/, 'write a machine type of Cloud SQL, for example db-custom-2-7680')
      .default('db-custom-1-3840')
      .describe('Machine type: `db-custom-<CPUs>-<MiB>`, or `db-f1-micro` and `db-g1-small` for tests.'),
    disk_gb: z.int().min(10).max(65536).default(10).describe('Size of the disk in GB. It grows by itself.'),
    high_availability: z
      .boolean()
      .default(false)
      .describe('A standby in another zone; needs `backups` and `point_in_time_recovery`.'),
    backups: z.boolean().default(true).describe('A backup every day.'),
    point_in_time_recovery: z
      .boolean()
      .default(true)
      .describe('Keep the write-ahead log, to restore any moment; needs backups.'),
    deletion_protection: z.boolean().default(true).describe('Refuse to delete the instance.'),
    connectivity: z
      .enum(['public', 'private'])
      .default('public')
      .describe(
        '`public`: a public address that only Cloud SQL connectors may use; services reach it over a socket. `private`: an address in the VPC.',
      ),
    flags: z
      .record(z.string(), text())
      .default({})
      .describe(
        'Flags of PostgreSQL, such as `max_connections`. Those that are not here are taken away; some restart the instance.',
      ),
    name: word(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, 'use up to 63 letters, digits and underscores')
      .optional()
      .meta(derived('Name of the database.', '`<name>`, with `_` for `-`')),
    user: word(/^[a-z_][a-z0-9_-]{0,62}$/, 'use up to 63 lower case letters, digits and underscores')
      .optional()
      .meta(derived('Name of the role that the services use.', '`<name>`, with `_` for `-`')),
    migrations: relativePath()
      .optional()
      .describe(
        'Folder of the SQL files, relative to this file. They run in the order of their names, each once.',
      ),
  })
  .describe(
    'A PostgreSQL database. It brings the secrets `<name>-pg-user`, `<name>-pg-password` and `<name>-pg-db` with it.',
  );

const redis = z
  .strictObject({
    instance: lowerCaseName().optional().meta(derived('Name of the Memorystore instance.', '`<name>-redis`')),
    tier: z.enum(['BASIC', 'STANDARD_HA']).default('BASIC').describe('`STANDARD_HA` has a replica.'),
    memory_gb: z.int().min(1).max(300).default(1).describe('Size in GB.'),
    version: z
      .enum(['REDIS_5_0', 'REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2'])
      .default('REDIS_7_2')
      .describe('Version of Redis.'),
    allow_data_loss: z
      .boolean()
      .default(false)
      .describe(
        'Let changes be made that empty the instance: another size of a `BASIC` one, and another tier, which makes it anew.',
      ),
  })
  .describe(`A Redis (Memorystore). Who uses \`\${redis...}\` is connected to its network.`);

const secret = z
  .strictObject({
    generate: z
      .int()
      .min(8)
      .max(4096)
      .optional()
      .describe('Make a random value of that many characters, once; it is never changed afterwards.'),
    alphabet: z
      .enum(['alphanumeric', 'hex', 'base64url'])
      .optional()
      .meta(derived('The characters that `generate` uses.', '`alphanumeric`')),
    from_env: variableName()
      .optional()
      .describe('Take the value from this environment variable of the provisioning job.'),
    value: z
      .string()
      .optional()
      .describe(
        `A text with \`\${...}\` references, such as \`\${redis.url}/3\`. Not for secrets in plain text.`,
      ),
    keep: z
      .int()
      .min(1)
      .default(10)
      .describe('How many versions stay enabled: when a new one is added, older ones are disabled.'),
  })
  .meta({ oneOf: [{ required: ['generate'] }, { required: ['from_env'] }, { required: ['value'] }] });

const envGroup = z.strictObject({
  env: env('the services that name the group'),
  secrets: secrets('the services that name the group'),
});

const build = z
  .strictObject({
    context: relativePath().default('.').describe('Folder that is sent to the build, relative to this file.'),
    dockerfile: relativePath()
      .optional()
      .meta(derived('The Dockerfile, relative to this file.', '`Dockerfile` in the context')),
    target: z.string().optional().describe('Stage of the Dockerfile to build.'),
    args: z.record(variableName(), text()).default({}).describe('Build arguments (`ARG`).'),
    image: word(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'use lower case letters, digits, and . _ - / between them')
      .optional()
      .meta(derived('Name of the image in the repository.', 'the key of the service')),
  })
  .describe('Build the image from a Dockerfile.');

const command = () => words().optional().describe('Instead of the `ENTRYPOINT` of the image.');
const args = () => words().optional().describe('Instead of the `CMD` of the image.');
const cpuKey = () => cpu().default(1).describe('CPUs of each instance: 1, 2, 4, 6, 8, or a fraction of one.');
const memoryKey = () => memory().default('512Mi').describe('Memory of each instance.');

const gpuKey = () =>
  z
    .enum(['nvidia-l4'])
    .optional()
    .describe(
      'A GPU of this kind for each instance. It needs 4 CPUs and 16Gi at least, and keeps the CPU between requests.',
    );

const probeTimes = {
  initial_delay: z.int().min(0).max(3600).default(0).describe('Seconds before the first check.'),
  period: z.int().min(1).max(3600).default(10).describe('Seconds from one check to the next.'),
  timeout: z.int().min(1).max(3600).default(5).describe('Seconds for an answer; at most `period`.'),
};

const probeKind = {
  path: httpPath().optional().describe('HTTP: a path that answers 2xx or 3xx.'),
  grpc: z
    .string()
    .optional()
    .describe('gRPC: name of the service whose health is asked for; "" for the server as a whole.'),
  port: z.int().min(1).max(65535).optional().meta(derived('Port that is checked.', '`port`')),
};

const startupProbe = z
  .strictObject({
    ...probeKind,
    ...probeTimes,
    failure_threshold: z
      .int()
      .min(1)
      .default(24)
      .describe('Failed checks after which the start has failed; with `period` at most 240 seconds in all.'),
  })
  .refine(({ timeout, period }) => timeout <= period, 'write a timeout that is at most the period')
  .refine(
    ({ failure_threshold, period }) => failure_threshold * period <= 240,
    'let failure_threshold times period be at most 240 seconds',
  )
  .optional()
  .describe(
    'How the start of an instance is watched: by `path`, by `grpc`, or else by whether the port accepts connections.',
  );

const livenessProbe = z
  .strictObject({
    ...probeKind,
    ...probeTimes,
    failure_threshold: z
      .int()
      .min(1)
      .default(3)
      .describe('Failed checks after which the instance is replaced.'),
  })
  .refine(({ timeout, period }) => timeout <= period, 'write a timeout that is at most the period')
  .refine(({ path, grpc }) => (path === undefined) !== (grpc === undefined), 'give either path or grpc')
  .optional()
  .describe('How an instance is watched as long as it runs; one that fails is replaced.');

const smoke = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether a new revision is tried before it gets traffic.'),
    path: httpPath().optional().meta(derived('Path that is asked for.', '`startup_path`, or else `/`')),
    status: z
      .int()
      .min(200)
      .max(599)
      .optional()
      .meta(derived('Status that counts as good.', '200 if `path` is given, or else any below 500')),
    successes: z.int().min(1).max(100).default(1).describe('Good answers in a row that are asked for.'),
    timeout: duration().default('60s').describe('How long they may take to come.'),
  })
  .prefault({})
  .describe(
    'How a new revision is tried over HTTP before it gets traffic. Services that only the VPC reaches are not tried, unless the action is told that it runs inside.',
  );

const app = z
  .strictObject({
    name: lowerCaseName().optional().meta(derived('Name of the Cloud Run service.', '`<name>-<key>`')),
    port: z.int().min(1).max(65535).default(8080).describe('Port that the container listens on.'),
    cpu: cpuKey(),
    memory: memoryKey(),
    gpu: gpuKey(),
    concurrency: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta(derived('Requests that one instance handles at a time.', '80, or 1 below one CPU')),
    timeout: duration().default('300s').describe('How long a request may take; at most 60 minutes.'),
    min_instances: z.int().min(0).max(1000).default(0).describe('Instances that are kept warm.'),
    max_instances: z.int().min(1).max(1000).default(100).describe('Most instances that may run.'),
    ingress: z
      .enum(['all', 'internal', 'internal-and-cloud-load-balancing'])
      .default('all')
      .describe('From where the service can be reached.'),
    public: z
      .boolean()
      .default(false)
      .describe('For everybody: `ingress: all` and `authentication: none`, unless they say otherwise.'),
    authentication: z
      .enum(['iam', 'none'])
      .optional()
      .meta(
        derived(
          '`iam`: callers need an identity token and `run.invoker`, which services that refer to this one are given. `none`: no check.',
          '`iam`; `none` if `public`',
        ),
      ),
    session_affinity: z
      .boolean()
      .default(false)
      .describe('Send a client to the same instance while it lasts.'),
    cpu_always_allocated: z.boolean().default(false).describe('Keep the CPU between requests.'),
    command: command(),
    args: args(),
    startup_path: httpPath()
      .optional()
      .meta(derived('Path that answers 2xx once the service has started.', 'the port accepts connections')),
    liveness_path: httpPath().optional().describe('Path that answers 2xx as long as the instance is well.'),
    startup_probe: startupProbe,
    liveness_probe: livenessProbe,
    startup_cpu_boost: z.boolean().default(true).describe('More CPU while an instance starts.'),
    execution_environment: z
      .enum(['gen1', 'gen2'])
      .optional()
      .meta(derived('Sandbox that containers run in.', "Cloud Run's choice")),
    description: z.string().max(512).optional().describe('What the service is for; shown in the console.'),
    custom_audiences: z
      .array(z.string())
      .default([])
      .describe(
        'Further audiences that identity tokens of callers may be for, beside the URLs of the service.',
      ),
    default_url: z
      .boolean()
      .default(true)
      .describe(
        'Whether the service answers at its `run.app` address; without it only a load balancer reaches it.',
      ),
    smoke,
    uptime_path: httpPath()
      .optional()
      .meta(derived('Path that `alerts.uptime` calls.', '`startup_path`, or else `/`')),
  })
  .describe('What answers requests: a Cloud Run service.');

const worker = z
  .strictObject({
    name: lowerCaseName()
      .optional()
      .meta(derived('Name of the Cloud Run worker pool.', '`<name>-<key>-worker`')),
    command: command(),
    args: args(),
    cpu: cpuKey(),
    memory: memoryKey(),
    gpu: gpuKey(),
    instances: z.int().min(0).max(1000).default(1).describe('How many instances run, always.'),
  })
  .describe(
    'What works in the background, with the image, variables and secrets of the service: a Cloud Run worker pool.',
  );

const service = z.strictObject({
  service_account: lowerCaseName()
    .optional()
    .meta(derived('Id of the service account that app and worker run as.', '`sa-<name>-<key>`')),
  build: build.optional(),
  image: z.string().optional().describe('A ready image with a tag or, better, a digest; instead of `build`.'),
  env_groups: z
    .array(z.string())
    .default([])
    .describe(
      'Names under `env_groups:`. Where they set the same variable, the later one wins, the service over all.',
    ),
  env: env('app and worker'),
  secrets: secrets('app and worker'),
  secret_files: z
    .record(
      word(
        /^(\/[A-Za-z0-9._-]+){2,}$/,
        'write the whole path of the file in the container, in a folder of its own, for example /etc/keys/signing.pem',
      ),
      text(),
    )
    .default({})
    .describe(
      'Files that hold a secret: path in the containers of app and worker → name under `secrets:`. The version is pinned at each deployment. The folder holds nothing else, and one secret.',
    ),
  roles: z
    .array(z.string())
    .default([])
    .describe(
      'Roles that cannot be inferred from use: `role` on the project, `role@<bucket key>` on a bucket, `role@self` on its own service account. With or without `roles/`.',
    ),
  app: app.optional(),
  worker: worker.optional(),
});

const previews = z
  .strictObject({
    max: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe(
        'How many previews there may be at a time. One more is refused, and told which ones there are.',
      ),
    expire_after: age()
      .default('7d')
      .describe(
        'A preview goes when nothing was pushed to its pull request for so long, unless that has the label `persist`.',
      ),
    forks: z
      .enum(['off', 'label', 'build-only'])
      .default('off')
      .describe(
        'What a pull request from a fork gets. `off`: nothing. `build-only`: its images are built, without any credential, and thrown away. `label`: a preview, once a maintainer has looked at a commit and asked for that one.',
      ),
    secrets: z
      .array(secretName())
      .default([])
      .describe(
        'Secrets with `from_env` that previews may have. The value comes from `secret_env`, or else from the secret of the environment that is copied.',
      ),
    seed: relativePath()
      .optional()
      .describe('SQL file that fills the database of a preview, once, after the migrations.'),
    redis: z
      .enum(['databases', 'instance'])
      .default('databases')
      .describe(
        '`databases`: logical databases of their own on the shared instance, of which it has 16. `instance`: an instance of its own for each preview.',
      ),
  })
  .prefault({})
  .describe(
    'Previews: a copy of the environment `preview` for each pull request, `pr-<number>`. See docs/previews.md.',
  );

const overridable = {
  project: word(
    /^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
    'write a project id: 6 to 30 lower case letters, digits and hyphens',
  )
    .optional()
    .describe('Project id, for a file without environments. The input `project_id` of the actions wins.'),
  region: word(/^[a-z]+-[a-z]+\d+$/, 'write a region of Google Cloud, for example us-central1').describe(
    'Region of everything. Required, here or in the environments.',
  ),
  apis: z
    .array(word(/^[a-z0-9.-]+$/, 'write the name of an API, for example texttospeech'))
    .default([])
    .describe('APIs to enable besides those that follow from the file, such as `texttospeech`.'),
  network,
  artifact_registry: artifactRegistry,
  builds,
  buckets: z
    .record(lowerCaseName(), bucket)
    .default({})
    .describe(`Cloud Storage buckets. The key is what \`\${buckets.<key>}\` and \`role@<key>\` use.`),
  database: database.optional(),
  redis: redis.optional(),
  frontend: frontend.optional(),
  alerts: alerts.optional(),
  budget: budget.optional(),
  secrets: z
    .record(secretName(), secret)
    .default({})
    .describe(
      'Secrets in Secret Manager: name → where the value comes from; exactly one of `generate`, `from_env`, `value`.',
    ),
  env_groups: z
    .record(lowerCaseName(), envGroup)
    .default({})
    .describe('Variables that several services share.'),
  services: z.record(lowerCaseName(), service).describe('The services: what runs.'),
};

const identity = {
  version: z.literal(1).describe('Version of this format.'),
  name: lowerCaseName().describe('Prefix of every resource name.'),
};

/** One environment, merged: what the checks and everything after them work on. */
export const configSchema = z.strictObject({ ...identity, ...overridable, previews });

/** What an environment may say in place of the file. */
export const overridableSchema = z.strictObject(overridable);

export const environmentKeys = {
  extends: z.string().optional().describe('Another environment that this one starts from.'),
};

export type Config = z.output<typeof configSchema>;
export type ServiceConfig = Config['services'][string];
export type AppConfig = NonNullable<ServiceConfig['app']>;
export type WorkerConfig = NonNullable<ServiceConfig['worker']>;
