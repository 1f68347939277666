import { z } from 'zod';
import { derived, env, lowerCaseName, secretName, secrets } from './schema-parts.ts';
import { age, duration, relativePath, text, variableName, word } from './schema-values.ts';
import { app, build, sidecar, volume, worker } from './schema-workloads.ts';

/*
 * Every key of deploy.yaml, with schema-workloads.ts. This is the only description of the file: the editor's schema, the
 * tables of docs/deploy-yaml.md and the checks all come from it.
 */

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
  volumes: z
    .record(
      word(
        /^(\/[A-Za-z0-9._-]+)+$/,
        'write the whole path of a folder in the container, for example /mnt/media',
      ),
      volume,
    )
    .default({})
    .describe('Folders that are mounted into every container of app and worker: path → what is there.'),
  sidecars: z
    .record(lowerCaseName(), sidecar)
    .default({})
    .describe('Further containers in every instance, by name. They reach the others at `localhost`.'),
  labels: z
    .record(z.string(), text())
    .default({})
    .describe(
      'Labels of the service, the worker and their revisions, for example for the bill. A change makes a revision.',
    ),
  annotations: z
    .record(z.string(), text())
    .default({})
    .describe('Annotations of the service, the worker and their revisions. A change makes a revision.'),
  egress: z
    .enum(['derived', 'all-traffic', 'private-ranges'])
    .default('derived')
    .describe(
      'What app and worker send through the VPC: what follows from their use (see `network.egress`), everything, or what goes to private addresses.',
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
