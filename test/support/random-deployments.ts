import type { StepInputs } from './peer-commands.ts';
import { below, numbers } from './random.ts';

/** A deployment in pieces of what inputs may say; those of one input are joined. */
type Pieces = Readonly<Record<string, readonly string[]>>;

/** Separators of lists of KEY=VALUE; words of `flags` have a blank between them. */
const separators = [',', '\n', ' , ', '\r\n', '\u2028'];
const lists = ['env_vars', 'secrets', 'labels'];

const common: Pieces = {
  env_vars: [
    ...['A=1', 'A=last', 'B= 2 ', 'C=x\\,y', 'D="quoted"', 'E=', 'F=a=b=c', 'G=C:\\\\x', 'H=^;^x', 'I=é😀'],
    ...['J=p://h/db?x=1&y=2', 'K=x;y:z.w!@#|%~', 'lower=$HOME $(A)'],
  ],
  env_vars_update_strategy: ['overwrite'],
  secrets: [
    'KEY=my-secret:latest',
    'KEY=my-secret:1',
    ' /a/b = my-secret:1',
    '/a/c=my-secret:2',
    '/d/e=my-secret:2',
  ],
  labels: ['a=1', 'b=2', 'a=3', 'team=x-y_z', 'empty=', 'managed-by=me'],
  skip_default_labels: ['true', 'T', '1', 'false'],
  flags: [
    ...[
      '--cpu=2 --memory=1Gi',
      '--memory 2Gi',
      '--cpu ""',
      '--service-account ""',
      '"--args=-c,pass"',
      '--args a,b',
    ],
    ...[
      '--args=x --args=y',
      '--command=sh',
      '--args ""',
      '--update-env-vars=X=1,Y=2',
      '--remove-env-vars=A,KEY',
    ],
    ...['--set-env-vars=^;^X=1,2;Y=3', '--set-env-vars=Z=1', '--clear-env-vars', '--set-env-vars ""'],
    ...[
      '--set-secrets=KEY=my-secret:2',
      '--set-secrets=/g/h=my-secret:1',
      '--update-secrets=/a/b=my-secret:2',
    ],
    ...[
      '--remove-secrets=KEY,/a/b',
      '--clear-secrets',
      '--set-cloudsql-instances=db',
      '--execution-environment=gen2',
    ],
    ...[
      '--add-volume=name=tmp,type=in-memory,size-limit=64Mi --add-volume-mount=volume=tmp,mount-path=/tmp/x',
    ],
    ...['--clear-volume-mounts --clear-volumes', '--clear-volume-mounts', '--binary-authorization=default'],
  ],
};

const ofService: Pieces = {
  ...common,
  secrets_update_strategy: ['overwrite'],
  tag: ['x', 'y'],
  timeout: ['300', '5m', '55m12s'],
  no_traffic: ['true', 'yes'],
  flags: [
    ...(common.flags ?? []),
    ...[
      '--concurrency=40',
      '--concurrency=default',
      '--min-instances=1',
      '--max-instances=5',
      '--max-instances=default',
    ],
    ...['--port=9000', '--port=default', '--use-http2', '--no-use-http2', '--cpu-boost', '--no-cpu-boost'],
    ...[
      '--no-cpu-throttling',
      '--cpu-throttling',
      '--session-affinity',
      '--ingress=internal',
      '--ingress=all',
    ],
    ...['--startup-probe=tcpSocket.port=8080', '--startup-probe ""', '--liveness-probe=httpGet.path=/l'],
    ...['--add-cloudsql-instances=db', '--clear-cloudsql-instances', '--description="two words"', '--tag=z'],
    ...[
      '--clear-labels',
      '--remove-labels=a,managed-by',
      '--allow-unauthenticated',
      '--no-invoker-iam-check',
    ],
  ],
  revision_traffic: ['LATEST=100', 'NAME-0=50', 'LATEST=10', 'NAME-0=33,NAME-1=33', 'LATEST=50,NAME-0=50'],
  update_traffic_flags: ['--update-tags=y=NAME-0', '--remove-tags=x', '--clear-tags', '--set-tags=x=LATEST'],
};

const ofJob: Pieces = {
  ...common,
  flags: [
    ...(common.flags ?? []),
    ...[
      '--tasks=4',
      '--parallelism=2',
      '--max-retries=0',
      '--max-retries=3',
      '--task-timeout=20m',
      '--execute-now',
    ],
  ],
};

/** Two or three deployments of one service or job; the same for the same seed. NAME is its name. */
export function randomDeployments(kind: 'service' | 'job', seed: number): readonly StepInputs[] {
  const random = numbers(seed);
  const pieces = kind === 'service' ? ofService : ofJob;
  return Array.from({ length: 2 + below(random, 2) }, (_, index) => ({
    ...(kind === 'service' ? { suffix: String(index) } : {}),
    ...deployment(random, pieces, index === 0),
  }));
}

function deployment(random: () => number, pieces: Pieces, isFirst: boolean): StepInputs {
  const inputs: Record<string, string> = {};
  for (const [input, values] of Object.entries(pieces)) {
    const many = input === 'flags' ? 4 : lists.includes(input) ? 3 : 1;
    // Google refuses a first revision without traffic, and traffic for revisions that are not there.
    const isLater = ['no_traffic', 'revision_traffic', 'update_traffic_flags'].includes(input);
    if ((isFirst && isLater) || random() < (input === 'flags' ? 0.2 : 0.5)) continue;
    const chosen = Array.from(
      { length: 1 + below(random, many) },
      () => values[below(random, values.length)],
    );
    const separator = lists.includes(input) ? separators[below(random, separators.length)] : ' ';
    inputs[input] = chosen.join(separator);
  }
  return inputs;
}
