import { describe, expect, test } from 'vitest';
import { jobDraft, type Kind, serviceDraft } from '../../src/actions/drop-in/draft.ts';
import { duration, percentages } from '../../src/actions/drop-in/flag-values.ts';
import { listItems, parseFlagWords } from '../../src/actions/drop-in/flag-words.ts';
import { readFlags, readMetadataFlags, readTrafficFlags } from '../../src/actions/drop-in/flags.ts';

const place = { project: 'acme', region: 'us-central1' };

function problems(text: string, kind: Kind = 'service'): readonly string[] {
  return readFlags(text, kind, { orders: {}, variables: () => [] }).problems;
}

/** The service after these flags, from nothing. */
function flagged(text: string) {
  const flags = readFlags(text, 'service', { orders: {}, variables: () => [] });
  expect(flags.problems).toEqual([]);
  const draft = serviceDraft(place, undefined);
  for (const edit of flags.edits) edit(draft);
  return draft.service;
}

describe('the words of flags', () => {
  test.each<[string, { name: string; value?: string }[]]>([
    [
      '--cpu=2 --concurrency=20',
      [
        { name: '--cpu', value: '2' },
        { name: '--concurrency', value: '20' },
      ],
    ],
    [
      '--cpu 2\r\n--port\n80',
      [{ name: '--cpu' }, { name: '', value: '2' }, { name: '--port' }, { name: '', value: '80' }],
    ],
    ['"--args=-X=123"', [{ name: '--args', value: '-X=123' }]],
    ['--x=A=b', [{ name: '--x', value: 'A=b' }]],
    ['--description="a b"', [{ name: '--description', value: '"a b"' }]],
    ["--command='a b' -q", [{ name: '--command', value: "'a b'" }, { name: '-q' }]],
    ['', []],
  ])('%s', (text, words) => {
    expect(parseFlagWords(text)).toEqual({ words });
  });

  test.each([
    ['--a="b', 'has a double quote at character 5 that is not closed'],
    ["--a='b", 'has a single quote at character 5 that is not closed'],
  ])('%s is a problem', (text, problem) => {
    expect(parseFlagWords(text)).toEqual({ problem });
  });

  test.each<[string, string[]]>([
    ['sh,-c', ['sh', '-c']],
    ['"sh","-c","echo hi, you"', ['sh', '-c', 'echo hi, you']],
    ['"sh,-c"', ['sh', '-c']],
    ['^;^a,b;c', ['a,b', 'c']],
    ['', []],
  ])('the items of %s', (text, items) => {
    expect(listItems(text)).toEqual(items);
  });
});

describe('flags that cannot be taken', () => {
  test.each<[string, string]>([
    ['--cppu=2', 'flags: --cppu is not a flag that is known here; did you mean --cpu?'],
    ['--no-cpu-bost', 'flags: --no-cpu-bost is not a flag that is known here; did you mean --no-cpu-boost?'],
    ['--frobnicate-it', 'flags: --frobnicate-it is not a flag that is known here'],
    ['--mesh=x', 'flags: --mesh is not supported; set it in a metadata file'],
    ['--clear-build-env-vars', 'flags: --clear-build-env-vars is not supported; use a Dockerfile with ARG'],
    ['--dry-run', 'flags: --dry-run is not supported; use the input dry_run'],
    ['--concurrency=many', 'flags: --concurrency must be a whole number'],
    ['--cpu', 'flags: --cpu needs a value'],
    ['--cpu-boost=true', 'flags: --cpu-boost takes no value'],
    ['--no-cpu=2', 'flags: --no-cpu is not a flag that is known here'],
    ['--tasks=2', 'flags: --tasks is not for a service'],
    ['--platform=gke', 'flags: --platform must be managed: nothing else is deployed to here'],
    ['stray', 'flags: word 1 belongs to no flag'],
    [
      '--ingress=everywhere',
      'flags: --ingress must be one of all, internal, internal-and-cloud-load-balancing',
    ],
  ])('%s', (text, problem) => {
    expect(problems(text)[0]).toContain(problem);
  });

  test('quotes around a value are not part of it', () => {
    const quoted =
      '--concurrency="80" --timeout="5m" --ingress=\'internal\' --min-instances "1" --scaling="auto"';
    expect(problems(quoted)).toEqual([]);
  });

  test('all of them are named at once, and none of their values', () => {
    const found = problems('--set-env-vars=hunter2 --tasks hunter2 --nope=hunter2');
    expect(found).toHaveLength(3);
    expect(found.join()).not.toContain('hunter2');
  });

  test('flags of services are not for jobs', () => {
    expect(problems('--concurrency=2', 'job')).toEqual(['flags: --concurrency is not for a job']);
    expect(problems('--tasks=2 --max-retries 0 --cpu=1', 'job')).toEqual([]);
  });

  test('a metadata file takes only what is about gcloud', () => {
    const read = (text: string) => readMetadataFlags(text, { orders: {}, variables: () => [] }).problems;
    expect(read('--quiet --region=europe-west1')).toEqual([]);
    expect(read('--cpu=2')).toEqual(['flags: --cpu has no effect on a metadata file; set it in the file']);
  });
});

describe('what flags do', () => {
  test('Cloud SQL is a volume, and instances are completed', () => {
    const { template } = flagged('--add-cloudsql-instances=one,other:europe-west1:two');
    expect(template?.volumes).toEqual([
      {
        name: 'cloudsql',
        cloudSqlInstance: { instances: ['acme:us-central1:one', 'other:europe-west1:two'] },
      },
    ]);
    expect(template?.containers?.[0]?.volumeMounts).toEqual([{ name: 'cloudsql', mountPath: '/cloudsql' }]);
    const cleared = flagged('--add-cloudsql-instances=one --clear-cloudsql-instances').template;
    expect([cleared?.volumes, cleared?.containers?.[0]?.volumeMounts]).toEqual([[], []]);
  });

  test('a network takes the place of a connector', () => {
    const { template } = flagged('--vpc-connector=old --network=net --subnet=sub --vpc-egress=all-traffic');
    expect(template?.vpcAccess).toEqual({
      egress: 'ALL_TRAFFIC',
      networkInterfaces: [{ network: 'net', subnetwork: 'sub' }],
    });
  });

  test('flags after --container change that container', () => {
    const { template } = flagged('--container=web --image=a --port=80 --container=helper --image=b --cpu=1');
    expect(template?.containers).toMatchObject([
      { name: 'web', image: 'a', ports: [{ containerPort: 80 }] },
      { name: 'helper', image: 'b', resources: { limits: { cpu: '1' } } },
    ]);
  });

  test('containers are removed with what waited for them, and the last one never is', () => {
    const two = '--container=web --image=a --port=80 --depends-on=helper --container=helper --image=b';
    const { template } = flagged(`${two} --remove-containers=helper --memory=1Gi`);
    expect(template?.containers).toMatchObject([
      { name: 'web', dependsOn: [], resources: { limits: { memory: '1Gi' } } },
    ]);
    expect(template?.containers).toHaveLength(1);
    expect(() => flagged(`${two} --remove-containers=web,helper`)).toThrow('take the last container away');
  });

  test('a task keeps what flags before and after --max-retries say', () => {
    const { edits } = readFlags(
      '--set-secrets=/a/b=key:1 --max-retries=1 --set-secrets=/c/d=key:2 --service-account=a@b --task-timeout=90',
      'job',
      { orders: {}, variables: () => [] },
    );
    const draft = jobDraft(place, undefined);
    for (const edit of edits) edit(draft);
    expect(draft.job.template?.template).toMatchObject({
      maxRetries: 1,
      serviceAccount: 'a@b',
      timeout: '90s',
      volumes: [{ secret: { secret: 'key', items: [{ path: 'd', version: '2' }] } }],
    });
  });

  test('processors that are not named stay as Cloud Run has them: only while there are requests', () => {
    expect(flagged('--cpu=2').template?.containers?.[0]?.resources).toEqual({
      cpuIdle: true,
      startupCpuBoost: true,
      limits: { cpu: '2' },
    });
  });
});

test.each([
  ['300', '300s'],
  ['300s', '300s'],
  ['55m12s', '3312s'],
  ['1h30m', '5400s'],
])('%s is %s', (text, expected) => {
  expect(duration(text)).toBe(expected);
});

test('percentages', () => {
  expect([...percentages('LATEST=90, web-two=10')]).toEqual([
    ['LATEST', 90],
    ['web-two', 10],
  ]);
  expect(() => percentages('a=60,b=60')).toThrow('assigns 120 percent');
  expect(() => percentages('a')).toThrow('NAME=PERCENT');
});

const deployed = { project: 'acme', regions: ['us-central1', 'europe-west1'] };

test('flags of update-traffic', () => {
  expect(readTrafficFlags('--set-tags=a=web-1 --to-latest', deployed)).toEqual({
    problems: [],
    orders: [
      { kind: 'set tags', tags: new Map([['a', 'web-1']]) },
      { kind: 'to revisions', percentages: new Map([['LATEST', 100]]) },
    ],
  });
  expect(readTrafficFlags('--to-moon', deployed).problems[0]).toContain('--to-moon');
  expect(readTrafficFlags('--project=acme --region europe-west1', deployed).problems).toEqual([]);
  expect(readTrafficFlags('--region=asia-east1 --project=other', deployed).problems).toEqual([
    'update_traffic_flags: --region must be that of the deployment, us-central1, europe-west1',
    'update_traffic_flags: --project must be that of the deployment, acme',
  ]);
});
