/**
 * Why a revision failed, told from Google's message and from what its container wrote: the likely cause, what to do,
 * and where deploy.yaml says it. Pure. Google gives texts and few reason codes; all that are matched stand here.
 * https://cloud.google.com/run/docs/troubleshooting
 */
import type { Service } from '../config/deployment.ts';
import type { Place } from '../config/finding.ts';
import { secretUses } from './used-secrets.ts';

export interface Evidence {
  readonly service: Service;
  /** Which workload of the service failed. */
  readonly part: 'app' | 'worker';
  /** Google's message or what the test found. */
  readonly reason: string;
  /** The last lines of the revision's log. */
  readonly lines: readonly string[];
  readonly stage: 'start' | 'test';
  /** Where the file says what makes the service connect to Cloud SQL; absent when nothing does. */
  readonly database?: Place | undefined;
}

export interface Explanation {
  readonly code: string;
  readonly sentence: string;
  readonly fix: string;
  /** The very line, where it is known. */
  readonly place?: Place | undefined;
  /** Paths in deploy.yaml otherwise, the closest first. */
  readonly paths: readonly (readonly string[])[];
}

interface Pattern {
  readonly code: string;
  readonly stage?: Evidence['stage'];
  /** Looked for in the message and in the lines. */
  readonly text: RegExp;
  readonly explain: (
    match: RegExpExecArray,
    evidence: Evidence,
  ) => Omit<Explanation, 'code' | 'paths'> & { readonly paths: readonly string[] };
}

function exited(text: RegExp): Pattern {
  return {
    code: 'CONTAINER_EXITED',
    text,
    explain: ([, code], evidence) => ({
      sentence: `The container ended by itself${code ? ` with exit code ${code}` : ''} in place of going on running.`,
      fix: 'What it wrote before that stands in its log.',
      paths: [`${evidence.part}.args`, `${evidence.part}.command`],
    }),
  };
}

/** The first that fits counts: what the container says comes before what Google says about its silence. */
const patterns: readonly Pattern[] = [
  {
    code: 'OUT_OF_MEMORY',
    text: /Memory limit of (\S+ ?\S*B) exceeded|out of memory|OutOfMemory|MemoryError\b|signal 9|SIGKILL|heap out of memory/i,
    explain: (_match, evidence) => ({
      sentence: `The container needed more than the ${memoryOf(evidence)} of memory that it has.`,
      fix: `Raise services.${evidence.service.key}.${evidence.part}.memory, or lower the number of processes and threads that it starts.`,
      paths: [`${evidence.part}.memory`],
    }),
  },
  {
    code: 'SECRET_NOT_READABLE',
    text: /Permission denied on secret: projects\/[^/]+\/secrets\/([^/\s]+)/,
    explain: ([, secret = ''], { service }) => ({
      sentence: `The service account ${service.serviceAccount} may not read the secret ${secret}.`,
      fix: 'Run provision for this environment: it gives the right that follows from this line.',
      place: placeOfSecret(service, secret),
      paths: ['secrets'],
    }),
  },
  {
    code: 'SECRET_NOT_FOUND',
    text: /Secret projects\/[^/]+\/secrets\/([^/\s]+)\/\S+ was not found|Secret version projects\/[^/]+\/secrets\/([^/\s]+)\/\S+ is in \w+ state/,
    explain: ([, missing, disabled], { service }) => ({
      sentence: `The secret ${missing ?? disabled ?? ''} has no version that could be read.`,
      fix: 'Run provision, which makes the secrets of the file, and leave the versions that run enabled.',
      place: placeOfSecret(service, missing ?? disabled ?? ''),
      paths: ['secrets'],
    }),
  },
  {
    code: 'IMAGE_WRONG_PLATFORM',
    text: /must support amd64\/linux|exec format error/i,
    explain: () => ({
      sentence: 'The image was built for another kind of processor: Cloud Run runs linux/amd64.',
      fix: 'Build it with `docker build --platform linux/amd64`, or let actions/build do it.',
      paths: ['image', 'build'],
    }),
  },
  {
    code: 'IMAGE_NOT_FOUND',
    text: /Image '([^']+)' not found/,
    explain: ([, image = '']) => ({
      sentence: `There is no image ${image}.`,
      fix: 'Build it first, or name one that is in the registry; clean-up policies take old ones away.',
      paths: ['image', 'build'],
    }),
  },
  {
    code: 'IMAGE_NOT_READABLE',
    text: /must have permission to read the image/,
    explain: () => ({
      sentence: 'Cloud Run may not read the image, which is in another project.',
      fix: "Give the Cloud Run service agent that the message names roles/artifactregistry.reader on that project's repository.",
      paths: ['image', 'build'],
    }),
  },
  {
    code: 'MODULE_MISSING',
    text: /(?:ModuleNotFoundError: )?No module named '?([\w.]+)'?|Module '?([\w.]+)'? has no attribute|Cannot find module '([^']+)'/,
    explain: ([, python, attribute, node], evidence) => {
      const module = python ?? attribute ?? node ?? '';
      const line = commandOf(evidence);
      const named = line.includes(module);
      return {
        sentence: named
          ? `The command line names ${module}, which the image does not have: ${line}`
          : `The program needs ${module}, which the image does not have.`,
        fix: named
          ? 'Correct the module after -A (as package.module:application, seen from the working directory of the image).'
          : 'Add it to the requirements that the Dockerfile installs, or correct its COPY.',
        paths: named ? [`${evidence.part}.args`, `${evidence.part}.command`] : ['build'],
      };
    },
  },
  {
    code: 'APPLICATION_NOT_FOUND',
    text: /Unable to load celery application|Failed to find attribute '(\w+)' in '([\w.]+)'/,
    explain: (_match, evidence) => ({
      sentence: `The application that the command line names cannot be loaded: ${commandOf(evidence)}`,
      fix: 'Correct what stands after -A (package.module:application), seen from the working directory of the image.',
      paths: [`${evidence.part}.args`, `${evidence.part}.command`],
    }),
  },
  {
    code: 'COMMAND_NOT_FOUND',
    text: /executable file not found|no such file or directory.*(?:exec|entrypoint)|failed to (?:load|resolve) (?:\/|command)/i,
    explain: (_match, evidence) => ({
      sentence: `The image has no such command: ${commandOf(evidence) || 'the one of its Dockerfile'}`,
      fix: 'Name a program that the image has in its PATH, or install it in the Dockerfile.',
      paths: [`${evidence.part}.command`, 'build'],
    }),
  },
  {
    code: 'CLOUD_SQL_NOT_REACHABLE',
    text: /Cloud SQL (?:connection|instance) "?([^"\s]+)"? failed: ([^\n]+)|cloudsql\.instances\.(?:connect|get)|Cloud SQL Client|roles\/cloudsql\.client/i,
    explain: ([, connection, why], { service, database }) => ({
      sentence: `${service.serviceAccount} cannot connect to Cloud SQL${connection ? ` (${connection})` : ''}${why ? `: ${why}` : ''}`,
      fix: 'Run provision for this environment: whoever refers to database: is given roles/cloudsql.client.',
      place: database,
      paths: ['env'],
    }),
  },
  {
    code: 'SERVICE_ACCOUNT_MISSING',
    text: /service account (\S+@\S+) (?:does not exist|is disabled)/i,
    explain: ([, account = '']) => ({
      sentence: `The service account ${account} is not there or switched off.`,
      fix: 'Run provision for this environment: it makes the service accounts of the file.',
      paths: ['service_account'],
    }),
  },
  {
    code: 'NETWORK_MISSING',
    text: /VPC (?:network|subnetwork) \S+ (?:was not found|does not belong|has the range)[^\n]*/,
    explain: ([found]) => ({
      sentence: found,
      fix: 'Run provision for this environment: it makes the network that services go through.',
      paths: [],
    }),
  },
  {
    code: 'VOLUME_NOT_MOUNTED',
    text: /volume "([^"]+)" could not be mounted[^\n]*/i,
    explain: ([found]) => ({
      sentence: found,
      fix: 'Name a bucket of this file, and give the service the role that it needs on it.',
      paths: ['volumes', 'roles'],
    }),
  },
  // Google's own sentence is the same whether the program ended or listens elsewhere; that it ended is in the log alone.
  exited(/Container called exit\((\d+)\)/),
  {
    code: 'STARTUP_PROBE_FAILED',
    text: /failed the configured startup probe|STARTUP (?:HTTP|TCP|GRPC) probe failed/i,
    explain: (_match, evidence) => ({
      sentence: 'The container started, but did not answer its startup probe as it should.',
      fix: 'Name a path that answers 2xx or 3xx without signing in, or give the container more time.',
      paths: [`${evidence.part}.startup_probe`, `${evidence.part}.startup_path`, `${evidence.part}.port`],
    }),
  },
  {
    code: 'PORT_NOT_LISTENED',
    text: /failed to start and listen on the port[^=]*PORT=(\d+)/,
    explain: ([, port = ''], { service, part }) => ({
      sentence: `Nothing listens on port ${port} in the container.`,
      fix: `Let the program listen on 0.0.0.0 and the port in $PORT, or set services.${service.key}.${part}.port to the one that it uses.`,
      paths: [`${part}.port`, `${part}.args`, `${part}.command`],
    }),
  },
  exited(/user-provided container failed to start/),
  {
    code: 'CALLER_REFUSED',
    stage: 'test',
    text: /it answered (401|403)/,
    explain: ([, status]) => ({
      sentence: `The test was answered ${status}: who deploys may not call the service, or the service asks for a sign-in at that path.`,
      fix: 'Give the deployer roles/run.invoker on the project, or test a path that is open.',
      paths: ['app.smoke', 'app.authentication', 'app.public'],
    }),
  },
  {
    code: 'SMOKE_TEST_FAILED',
    stage: 'test',
    text: /but it ([^\n]+)/,
    explain: ([, found = '']) => ({
      sentence: `The new revision ${found.replace(/\.$/, '')} when it was tried.`,
      fix: 'Its log says why; what is asked of it stands under smoke.',
      paths: ['app.smoke.path', 'app.smoke', 'app.startup_path'],
    }),
  },
];

/** Nothing when neither the message nor the log fits anything that is known. */
export function explain(evidence: Evidence): Explanation | undefined {
  const texts = [evidence.reason, ...evidence.lines];
  for (const pattern of patterns) {
    if (pattern.stage && pattern.stage !== evidence.stage) continue;
    const match = texts.map((text) => pattern.text.exec(text)).find((found) => found !== null);
    if (!match) continue;
    const { paths, ...explained } = pattern.explain(match, evidence);
    const own = ['services', evidence.service.key];
    const inService = [...paths, evidence.part].map((path) => [...own, ...path.split('.')]);
    return { code: pattern.code, ...explained, paths: [...inService, own] };
  }
  return undefined;
}

function memoryOf({ service, part }: Evidence): string {
  return service[part]?.memory ?? '';
}

function commandOf({ service, part }: Evidence): string {
  const own = service[part];
  return [...(own?.command ?? []), ...(own?.args ?? [])].join(' ');
}

/** Also where an env group or a sidecar names it. */
function placeOfSecret(service: Service, secret: string): Place | undefined {
  return secretUses(service).find((use) => use.secret === secret)?.place;
}
