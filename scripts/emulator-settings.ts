import { shortened, typicalLags } from '../src/emulator/consistency.ts';
import { durations } from '../src/emulator/latency.ts';
import { publishedLimits } from '../src/emulator/quotas.ts';
import type { Api, Spread } from '../src/emulator/service.ts';
import { table } from './markdown-table.ts';

const seenLate: Readonly<Record<Spread, string>> = {
  'serviceAccount.read': 'A new service account answers GET (404 before)',
  'serviceAccount.use':
    'A new service account can be a member, run things and have tokens (400 `Service account X does not exist.` before)',
  grant: 'A policy that was written counts, for callers and for what runs; until then the former one does',
  policy:
    'A policy that was written is read back (the one before it until then, with its etag, so that a write on the ground of it is refused); not those of buckets',
  api: 'An API whose enabling is done answers (403 `SERVICE_DISABLED` before)',
  list: 'A new secret, version, service account, or service, worker pool, job, revision or execution of Cloud Run is in lists',
  latest: 'A new secret version is `latest`; by its number it is there at once',
};

const seenAtOnce: readonly (readonly [string, string])[] = [
  [
    'Cloud Storage: buckets, objects, their lists and the policy of a bucket',
    'Google promises it: https://cloud.google.com/storage/docs/consistency',
  ],
  [
    'A secret version by its number',
    'Google promises it, and of Secret Manager nothing else: https://cloud.google.com/secret-manager/docs/reference/consistency',
  ],
  [
    'A secret by GET',
    'Google does not promise it. Clients that make a secret and go on with it at once, as gcloud does, are common and no report of a 404 was found, so that a delay would be made up',
  ],
  [
    'Compute, Cloud SQL, Memorystore, Serverless VPC Access, Artifact Registry: GETs and lists',
    'What is slow there is the operation: until it is done the resource is shown in a state of its own (`PENDING_CREATE`, `CREATING`), or refuses to be used (`resourceNotReady`). Of a read that is late after that, neither documentation nor a report was found',
  ],
  [
    'Cloud Run: GETs',
    'The fields that Google names as late (`observedGeneration`, `latestReadyRevision`, `trafficStatuses`, `uri`) follow the reconciling, which takes its time under `--latency typical`; of the others nothing is known',
  ],
  ['Logs and metrics', 'They lag by seconds and by minutes on Google Cloud; here a test writes them itself'],
];

/** The tables behind `--latency`, `--quotas`, `--consistency` and `--faults`. */
export function settingsChapter(apis: readonly Api[]): string {
  return [
    '## Tables',
    '### Consistency',
    `Under \`--consistency eventual\`, typically after these seconds of the cloud's clock: between half and one and a half of them, fixed by the seed and by the name of what is changed. Under \`--latency zero\` the delays are there and ${1 / shortened} times shorter.`,
    table(
      ['what is seen late', 'typical seconds'],
      Object.entries(typicalLags).map(([kind, lag]) => [seenLate[kind as Spread], String(lag / 1000)]),
    ),
    'Everything else is seen at once, for these reasons:',
    table(['what', 'why'], seenAtOnce),
    '### Quotas',
    "Under `--quotas published`. A bucket holds a minute's worth and fills evenly, on the cloud's clock. A refusal costs nothing and says in `Retry-After` after how many seconds the call would go through. `batchEnable` costs 5; `setIamPolicy` is a write, `getIamPolicy` and `testIamPermissions` are reads. The names of Secret Manager's and Compute's metrics and the number of Service Networking are not published; they are ours.",
    table(
      ['service', 'limit', 'a minute', 'per'],
      publishedLimits.map((one) => [
        one.service,
        one.limit,
        String(one.perMinute),
        /PerSecret$/.test(one.limit)
          ? 'secret'
          : /Region$/.test(one.limit)
            ? 'project and region'
            : 'project',
      ]),
    ),
    '### Latency',
    'Under `--latency typical` a step takes the typical time. Under `zero` everything is done at once.',
    table(
      ['step', 'least', 'typical (s)', '95th percentile'],
      Object.entries(durations).map(([step, { min, typ, p95 }]) => [
        `\`${step}\``,
        String(min),
        String(typ),
        String(p95),
      ]),
    ),
    '### Operations',
    'Names for `operation.api` and `operation.action` of a fault script.',
    table(
      ['api', 'actions'],
      apis
        .filter((api) => api.settle !== undefined)
        .map((api) => [
          api.name.replace('.googleapis.com', ''),
          Object.keys(api.settle ?? {})
            .map((action) => `\`${action}\``)
            .join(', '),
        ]),
    ),
  ].join('\n\n');
}
