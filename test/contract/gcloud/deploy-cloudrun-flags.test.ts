import type { FlagContext } from '../../../src/actions/drop-in/flag-kinds.ts';
import { readFlags, readMetadataFlags } from '../../../src/actions/drop-in/flags.ts';
import { readTrafficFlags } from '../../../src/actions/drop-in/flags-traffic.ts';
import { admin } from '../../support/action.ts';
import { comparable, type Knative } from '../../support/comparable.ts';
import { type DropInCloud, dropInCloud, project, sample } from '../../support/drop-in.ts';
import { type Gcloud, gcloudFor, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether `flags` do to a service or job what gcloud does with them');

interface Both extends AsyncDisposable {
  readonly cloud: DropInCloud;
  readonly gcloud: Gcloud;
}

async function both(): Promise<Both> {
  const cloud = await dropInCloud();
  const gcloud = await gcloudFor(cloud.emulator, { project, user: admin });
  return {
    cloud,
    gcloud,
    [Symbol.asyncDispose]: async () => {
      await gcloud[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

/** A deployment of everything, one that changes everything, and one that takes away what can be taken away. */
const service = [
  [
    '--cpu=2 --memory=1Gi --concurrency=40 --timeout=5m --no-cpu-throttling --cpu-boost --port=9000 --use-http2',
    '--min-instances=1 --max-instances=5 --min=2 --execution-environment=gen2 --session-affinity',
    '--set-env-vars=A=1,B=2 --set-secrets=KEY=my-secret:latest,/a/b=my-secret:1 --labels=a=1,b=2',
    '--command=python,-u --args=-c,pass --add-cloudsql-instances=db --ingress=internal --description=web',
    '--startup-probe=httpGet.path=/ready,periodSeconds=5,failureThreshold=3 --liveness-probe=httpGet.path=/live',
    '--add-volume=name=scratch,type=in-memory,size-limit=64Mi --add-volume-mount=volume=scratch,mount-path=/scratch',
    '--set-custom-audiences=https://a.example --revision-suffix=one',
  ],
  [
    '--memory=2Gi --cpu-throttling --no-cpu-boost --port=9001 --no-use-http2 --concurrency=default',
    '--min-instances=default --max-instances=3 --execution-environment=gen1 --no-session-affinity',
    '--update-env-vars=B=3,C=4 --update-secrets=/a/b=my-secret:2,/c/d=my-secret:1,OTHER=my-secret:2',
    '--update-labels=b=3 --args=--verbose --ingress=all --add-custom-audiences=https://b.example',
    '--remove-volume-mount=/scratch --remove-volume=scratch --no-traffic --tag=candidate --revision-suffix=two',
  ],
  [
    '--port=default --remove-env-vars=A --remove-secrets=KEY,/a/b --remove-labels=a',
    '--clear-cloudsql-instances --liveness-probe= --clear-custom-audiences --command= --args=',
  ],
  ['--clear-env-vars --clear-secrets --clear-labels'],
];

const job = [
  [
    '--cpu=2 --memory=1Gi --tasks=4 --parallelism=2 --max-retries=1 --task-timeout=20m',
    '--set-env-vars=A=1,B=2 --set-secrets=KEY=my-secret:latest,/a/b=my-secret:1 --labels=a=1,b=2',
    '--command=python --args=-c,pass --set-cloudsql-instances=db',
  ],
  [
    '--update-env-vars=B=3 --remove-env-vars=A --update-secrets=KEY=my-secret:1 --labels=b=3',
    '--parallelism=1 --max-retries=0 --args=--verbose --task-timeout=90',
  ],
];

const image = `--image=${sample}`;
const region = '--region=us-central1';

gcloudTest.for([
  { what: 'service', rounds: service, command: ['run', 'deploy'], api: 'serving.knative.dev' },
  { what: 'service', rounds: [[]], command: ['run', 'deploy'], api: 'serving.knative.dev' },
  { what: 'job', rounds: job, command: ['run', 'jobs', 'deploy'], api: 'run.googleapis.com' },
] as const)('flags of a $what', async ({ what, rounds, command, api }, { expect }) => {
  await using here = await both();
  const { cloud, gcloud } = here;
  await cloud.call('POST', `sql/v1beta4/projects/${project}/instances`, {
    name: 'db',
    region: 'us-central1',
    databaseVersion: 'POSTGRES_15',
    settings: { tier: 'db-f1-micro', edition: 'ENTERPRISE' },
  });
  const read = async (name: string): Promise<unknown> =>
    comparable(await cloud.get<Knative>(`apis/${api}/v1/namespaces/${project}/${what}s/${name}`), name);
  const callers = what === 'service' ? ['--no-allow-unauthenticated'] : [];
  for (const lines of rounds) {
    const flags = lines.join(' ');
    // As a shell gives them to gcloud: each is a word of its own.
    await gcloud.ok(...command, 'theirs', image, region, ...callers, ...flags.split(' ').filter(Boolean));
    await cloud.ok({ [what]: 'ours', image: sample, flags, skip_default_labels: 'true' });
    expect(await read('ours'), flags).toEqual(await read('theirs'));
  }
});

gcloudTest.for([
  ['run deploy', (flag: string) => readFlags(flag, 'service', context())],
  ['run jobs deploy', (flag: string) => readFlags(flag, 'job', context())],
  ['run services replace', (flag: string) => readMetadataFlags(flag, context())],
  [
    'run services update-traffic',
    (flag: string) =>
      readTrafficFlags(
        flag,
        { kind: 'to revisions', percentages: new Map() },
        { project, regions: ['us-central1'] },
      ),
  ],
] as const)(
  'every flag of %s is taken, or refused with what to do instead',
  async ([command, read], { expect }) => {
    await using here = await both();
    const help = await here.gcloud.ok('help', ...command.split(' '));
    const flags = flagsOf(help);
    expect(flags).toContain('--project');
    const problems = flags.flatMap((flag) => read(flag).problems.filter((one) => one.includes('known here')));
    expect(problems).toEqual([]);
  },
);

const context = (): FlagContext => ({ orders: {}, variables: () => [] });

/** The names in the synopsis of a command and in its list of flags that all commands have, both forms of switches. */
function flagsOf(help: string): string[] {
  const [, synopsis = ''] = /^SYNOPSIS\n(.*?)^DESCRIPTION$/ms.exec(help) ?? [];
  const [, wide = ''] = /^GCLOUD WIDE FLAGS\n(.*?)\.\n/ms.exec(help) ?? [];
  const found = `${synopsis} ${wide}`.match(/--(?:\[no-\])?[a-z][a-z0-9-]*/g) ?? [];
  return [...new Set(found)]
    .filter((flag) => flag !== '--help')
    .flatMap((flag) =>
      flag.includes('[no-]') ? [flag.replace('[no-]', ''), flag.replace('[no-]', 'no-')] : [flag],
    );
}
