import { parseFlags } from '@google-github-actions/actions-utils';
import { describe, expect, test } from 'vitest';
import { jobDraft, type Kind, serviceDraft } from '../../src/actions/drop-in/draft.ts';
import { duration, percentages } from '../../src/actions/drop-in/flag-values.ts';
import { listItems, parseFlagWords, withoutQuotes } from '../../src/actions/drop-in/flag-words.ts';
import { readFlags, readMetadataFlags, useOf } from '../../src/actions/drop-in/flags.ts';
import { readTrafficFlags } from '../../src/actions/drop-in/flags-traffic.ts';
import type { RunService } from '../../src/google/run.ts';

const place = { project: 'acme', region: 'us-central1' };

function problems(text: string, kind: Kind = 'service'): readonly string[] {
  return readFlags(text, kind, { orders: {}, variables: () => [] }).problems;
}

/** The service after these flags, from nothing or from what was there. */
function flagged(text: string, have?: RunService) {
  const flags = readFlags(text, 'service', { orders: {}, variables: () => [] });
  expect(flags.problems).toEqual([]);
  const draft = serviceDraft(place, have);
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
    ['--args="a \\"b c\\"" -q', [{ name: '--args', value: '"a \\"b c\\""' }, { name: '-q' }]],
    ['"--args=a \\"b\\""', [{ name: '--args', value: 'a \\"b\\"' }]],
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
    ['"a \\"b\\" c"', ['a \\"b\\" c']],
    ['"a \\", b",c', ['a \\", b', 'c']],
    ['^;^a,b;c', ['a,b', 'c']],
    ['', []],
  ])('the items of %s', (text, items) => {
    expect(listItems(text)).toEqual(items);
  });
});

test.each([
  '--args="a b",c --cpu 2',
  "--args='a \\'b' x\r\n--y=A=b c",
  '"--args=-X=1" -q\t--z',
  '--a="" --b \'\'',
  '"a \\" b" \'c" d\' --e="f g"',
])('the words of %j are those of deploy-cloudrun', (text) => {
  const parsed = parseFlagWords(text);
  const words = 'words' in parsed ? parsed.words : [];
  const own = words.flatMap(({ name, value = '' }) => [name, withoutQuotes(value)]).filter(Boolean);
  // It takes the quotes off where a word begins and ends with one, and leaves a flag that is quoted as a whole in one.
  const theirs = parseFlags(text).flatMap((word) => /^(-[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  expect(own).toEqual(theirs.filter(Boolean));
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

describe('flags that contradict each other', () => {
  test.each<[string, string]>([
    ['--set-env-vars=A=1 --clear-env-vars', '--clear-env-vars cannot be given together with --set-env-vars'],
    [
      '--update-secrets=A=a:1 --set-secrets=B=b:1',
      '--set-secrets cannot be given together with --update-secrets',
    ],
    ['--clear-network --network=a', '--clear-network cannot be given together with --network'],
    ['--vpc-connector=a --subnet=b', '--vpc-connector cannot be given together with --subnet'],
    ['--set-env-vars=A=1 --set-env-vars=A=2', 'A is in --set-env-vars and in --set-env-vars'],
    ['--set-env-vars=A=1 --update-secrets=A=a:1', 'A is in --set-env-vars and in --update-secrets'],
    [
      '--set-secrets=/a/b=a:1,/a/c=b:1',
      'flags: --set-secrets /a can hold versions of one secret alone; use another folder for /a/c',
    ],
  ])('%s', (text, problem) => {
    expect(problems(text).join()).toContain(problem);
  });

  test('each container is a matter of its own', () => {
    const text = '--set-env-vars=A=1 --container=side --update-env-vars=A=2 --remove-env-vars=A';
    expect(problems(text)).toEqual([]);
  });

  test('an input stands for the flag that deploy-cloudrun would make of it', () => {
    const read = (text: string) =>
      readFlags(text, 'service', { orders: {}, variables: () => [] }, [
        useOf('--update-env-vars', 'env_vars', [['A', 'hunter2']]),
      ]).problems;
    expect(read('--remove-env-vars=A')).toEqual([]);
    expect(read('--set-env-vars=B=1')).toEqual([
      'flags: --set-env-vars cannot be given together with env_vars; say all of it with one of them',
    ]);
    expect(read('--update-env-vars=A=1')).toEqual([
      'A is in env_vars and in --update-env-vars; it can be one of them',
    ]);
  });
});

describe('what flags do', () => {
  test('what is removed is removed first, wherever it stands', () => {
    const text =
      '--update-env-vars=A=1 --remove-env-vars=A --set-secrets=/a/b=s:1 --clear-volume-mounts --labels=a=1 --clear-labels';
    const { template, labels } = flagged(text);
    expect(template?.containers?.[0]).toMatchObject({
      env: [{ name: 'A', value: '1' }],
      volumeMounts: [{ mountPath: '/a' }],
    });
    expect(labels).toEqual({ a: '1' });
  });

  test.each([
    '--cpu',
    '--memory',
    '--gpu',
    '--gpu-type',
    '--service-account',
    '--vpc-connector',
    '--set-env-vars',
    '--set-secrets',
    '--revision-suffix',
    '--tag',
  ])('%s with nothing in its quotes changes nothing, as when a variable of a workflow is not set', (flag) => {
    const before = flagged(
      '--cpu=4 --memory=16Gi --gpu=1 --gpu-type=nvidia-l4 --service-account=a@b --network=net --set-env-vars=A=1 --set-secrets=B=b:1',
    );
    expect(flagged(`${flag} ""`, before)).toEqual(flagged('', before));
    expect(flagged(`${flag}=""`, before)).toEqual(flagged('', before));
  });

  test('an empty network takes the network away', () => {
    const before = flagged('--network=net --subnet=sub --vpc-egress=all-traffic');
    expect(flagged('--network ""', before).template?.vpcAccess?.networkInterfaces).toEqual([
      { subnetwork: 'sub' },
    ]);
    expect(flagged('--network "" --subnet ""', before).template?.vpcAccess).toBeUndefined();
  });

  test('a reason to pass the policy for images by counts for one deployment', () => {
    const before = flagged('--binary-authorization=default --breakglass="the house burns"');
    expect(before.binaryAuthorization).toEqual({
      useDefault: true,
      breakglassJustification: 'the house burns',
    });
    expect(flagged('', before).binaryAuthorization).toEqual({ useDefault: true });
  });

  test('lists that are given twice are one list, and of other values the last counts', () => {
    const text =
      '--set-env-vars=A=1 --set-env-vars=B=2 --args=a --args=b --cpu=1 --cpu=2 --cpu-boost --no-cpu-boost';
    expect(flagged(text).template?.containers?.[0]).toMatchObject({
      env: [{ name: 'A' }, { name: 'B' }],
      args: ['a', 'b'],
      resources: { limits: { cpu: '2' }, startupCpuBoost: false },
    });
  });

  test('flags of the whole are taken after --container too, and the image told is that of the main one', () => {
    const text = '--container=web --image=a --port=80 --container=side --image=b --ingress=internal';
    const draft = serviceDraft(place, undefined);
    for (const edit of readFlags(text, 'service', { orders: {}, variables: () => [] }).edits) edit(draft);
    expect(draft.service.ingress).toBe('INGRESS_TRAFFIC_INTERNAL_ONLY');
    expect(draft.container.image).toBe('a');
  });

  test('a secret may take the place of another in a folder when no file is left, and no other container sees it', () => {
    const before = flagged('--set-secrets=/a/b=one:1');
    expect(flagged('--update-secrets=/a/b=two:1', before).template?.volumes).toMatchObject([
      { secret: { secret: 'two', items: [{ path: 'b', version: '1' }] } },
    ]);
    expect(() => flagged('--update-secrets=/a/c=two:1', before)).toThrow('/a holds /a/b of the secret one');
    const name = before.template?.volumes?.[0]?.name ?? '';
    before.template?.containers?.push({ name: 'side', volumeMounts: [{ name, mountPath: '/shared' }] });
    const { template } = flagged('--update-secrets=/a/b=one:2', before);
    expect(template?.volumes).toMatchObject([
      { name, secret: { items: [{ path: 'b', version: '1' }] } },
      { secret: { items: [{ path: 'b', version: '2' }] } },
    ]);
  });

  test('Cloud SQL is a volume, and instances are completed', () => {
    const { template } = flagged('--add-cloudsql-instances=one,other:europe-west1:two');
    expect(template?.volumes).toEqual([
      {
        name: 'cloudsql',
        cloudSqlInstance: { instances: ['acme:us-central1:one', 'other:europe-west1:two'] },
      },
    ]);
    expect(template?.containers?.[0]?.volumeMounts).toEqual([{ name: 'cloudsql', mountPath: '/cloudsql' }]);
    const kept = flagged('--add-cloudsql-instances=one --clear-volumes --clear-volume-mounts').template;
    expect([kept?.volumes, kept?.containers?.[0]?.volumeMounts]).toMatchObject([[{}], [{}]]);
  });

  test('a network takes the place of a connector', () => {
    const before = flagged('--vpc-connector=old --vpc-egress=all-traffic');
    expect(flagged('--network=net --subnet=sub', before).template?.vpcAccess).toEqual({
      egress: 'ALL_TRAFFIC',
      networkInterfaces: [{ network: 'net', subnetwork: 'sub' }],
    });
  });

  test('clearing the connector leaves a network alone, and the other way round', () => {
    const network = flagged('--network=net --network-tags=a --vpc-egress=all-traffic');
    expect(flagged('--clear-vpc-connector', network).template?.vpcAccess).toEqual({
      networkInterfaces: [{ network: 'net', tags: ['a'] }],
    });
    expect(flagged('--clear-network-tags', network).template?.vpcAccess?.networkInterfaces).toEqual([
      { network: 'net' },
    ]);
    const connector = flagged('--vpc-connector=old --vpc-egress=all-traffic');
    expect(flagged('--clear-network', connector).template?.vpcAccess).toEqual({ connector: 'old' });
    expect(flagged('--clear-network-tags').template?.vpcAccess).toBeUndefined();
  });

  test('the port of a startup probe follows when it is the one that moves', () => {
    const probe = (flags: string) => flagged(flags).template?.containers?.[0]?.startupProbe?.tcpSocket;
    expect(probe('--startup-probe=tcpSocket.port=8080 --port=9000')).toEqual({ port: 9000 });
    expect(probe('--startup-probe=tcpSocket.port=81 --port=9000')).toEqual({ port: 81 });
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
    const { template } = flagged('--remove-containers=helper', flagged(two));
    expect(template?.containers).toMatchObject([{ name: 'web', dependsOn: [] }]);
    expect(template?.containers).toHaveLength(1);
    expect(() => flagged('--remove-containers=web,helper', flagged(two))).toThrow(
      'take the last container away',
    );
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
      volumes: [
        { secret: { secret: 'key', items: [{ path: 'b', version: '1' }] } },
        { secret: { secret: 'key', items: [{ path: 'd', version: '2' }] } },
      ],
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

const share = { kind: 'to revisions', percentages: new Map([['web-1', 50]]) } as const;

function trafficProblems(text: string): readonly string[] {
  return readTrafficFlags(text, share, deployed).problems;
}

test('flags of update-traffic: tags before percentages, and what is removed before what is set', () => {
  expect(readTrafficFlags('--update-tags=a=web-1 --remove-tags=a,b', share, deployed)).toEqual({
    problems: [],
    orders: [
      { kind: 'remove tags', names: ['a', 'b'] },
      { kind: 'update tags', tags: new Map([['a', 'web-1']]) },
      share,
    ],
  });
  expect(trafficProblems('--to-moon')[0]).toContain('--to-moon');
  expect(trafficProblems('--project=acme --region europe-west1')).toEqual([]);
  expect(trafficProblems('--region=asia-east1 --project=other')).toEqual([
    'update_traffic_flags: --region must be that of the deployment, us-central1, europe-west1',
    'update_traffic_flags: --project must be that of the deployment, acme',
  ]);
});

test('what flags of update-traffic say of percentages is added to what the input says', () => {
  expect(readTrafficFlags('--to-revisions=web-2=30', share, deployed)).toEqual({
    problems: [],
    orders: [
      {
        kind: 'to revisions',
        percentages: new Map([
          ['web-1', 50],
          ['web-2', 30],
        ]),
      },
    ],
  });
  expect(trafficProblems('--to-revisions=web-2=60')[0]).toContain('assigns 110 percent');
});

test.each([
  ['--to-latest', '--to-latest does not go together with revision_traffic'],
  ['--to-tags=a=50', '--to-tags does not go together with revision_traffic'],
  ['--to-revisions=web-1=50', '--to-revisions assigns traffic to web-1, and so does revision_traffic'],
  ['--clear-tags --update-tags=a=LATEST', 'one of --set-tags, --clear-tags, and --update-tags'],
  ['--set-tags=a=LATEST --set-tags=b=LATEST', 'one of --set-tags, --clear-tags, and --update-tags'],
])('a contradiction in update_traffic_flags: %s', (text, problem) => {
  expect(trafficProblems(text)[0]).toContain(problem);
});
