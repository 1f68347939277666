import { z } from 'zod';
import { derived, env, lowerCaseName, secrets } from './schema-parts.ts';
import {
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

/** What runs: the keys under `build`, `app`, `worker`, and of what stands beside them. */

export const build = z
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
  port: z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .meta(
      derived(
        'Port that is checked. Sidecars and worker pools have none of their own and must give it.',
        '`port`',
      ),
    ),
};

const dependsOn = () =>
  z
    .array(lowerCaseName())
    .default([])
    .describe(
      'Containers that have to have started before: names under `sidecars:`, or `main` for the service itself. Each needs a startup probe.',
    );

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

export const app = z
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
    http2: z
      .boolean()
      .default(false)
      .describe('Send requests to the container as HTTP/2 (h2c), as gRPC servers need.'),
    invokers: z
      .array(
        word(
          /^(user|group|serviceAccount|domain):\S+$/,
          'write user:, group:, serviceAccount: or domain: and who it is, for example serviceAccount:scheduler@my-project.iam.gserviceaccount.com',
        ),
      )
      .default([])
      .describe('Who may call the service, beside the services of this file that refer to it.'),
    depends_on: dependsOn(),
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

export const worker = z
  .strictObject({
    runtime: z
      .enum(['pool', 'service', 'job'])
      .default('pool')
      .describe(
        '`pool`: a worker pool, for what pulls its work. `service`: a service with a health listener, for what cannot do without a port; its instances always run and have their CPU. `job`: a job, which is deployed and not run: a schedule or a person starts it.',
      ),
    name: lowerCaseName()
      .optional()
      .meta(derived('Name of the worker pool, service or job.', '`<name>-<key>-worker`')),
    command: command(),
    args: args(),
    cpu: cpuKey(),
    memory: memoryKey(),
    gpu: gpuKey(),
    instances: z
      .int()
      .min(0)
      .max(1000)
      .default(1)
      .describe('How many instances run, always. Not for a `job`.'),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe('Port of the health listener of a `service`, which must have one.'),
    startup_probe: startupProbe,
    liveness_probe: livenessProbe,
    depends_on: dependsOn(),
    tasks: z.int().min(1).max(10_000).optional().meta(derived('Tasks of an execution of a `job`.', '1')),
    parallelism: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .meta(derived('How many tasks of a `job` run at a time.', 'all of them')),
    max_retries: z
      .int()
      .min(0)
      .max(10)
      .optional()
      .meta(derived('How often a failed task of a `job` is tried again.', '3')),
    timeout: duration()
      .optional()
      .meta(derived('How long a task of a `job` may take; at most seven days.', '10m')),
  })
  .describe('What works in the background, with the image, variables and secrets of the service.');

export const volume = z
  .strictObject({
    bucket: z
      .string()
      .optional()
      .describe('A bucket: its key under `buckets:`. The service account is given access.'),
    read_only: z.boolean().default(false).describe('Of a bucket: nothing can be written.'),
    mount_options: z
      .array(z.string())
      .default([])
      .describe('Of a bucket: options of Cloud Storage FUSE, such as `implicit-dirs` or `only-dir=images`.'),
    memory: memory()
      .optional()
      .describe(
        'A folder in memory of at most this size, empty at the start; it counts as memory of the instance.',
      ),
  })
  .meta({ oneOf: [{ required: ['bucket'] }, { required: ['memory'] }] });

export const sidecar = z.strictObject({
  image: z.string().optional().describe('A ready image with a tag or, better, a digest; instead of `build`.'),
  build: build.optional(),
  beside: z
    .array(z.enum(['app', 'worker']))
    .min(1)
    .optional()
    .meta(derived('Beside which it runs: `app`, `worker` or both.', 'both')),
  command: command(),
  args: args(),
  env: env('this container'),
  secrets: secrets('this container'),
  cpu: cpuKey(),
  memory: memoryKey(),
  depends_on: dependsOn(),
  startup_probe: startupProbe,
  liveness_probe: livenessProbe,
});
