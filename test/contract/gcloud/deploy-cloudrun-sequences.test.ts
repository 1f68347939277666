import { expect } from 'vitest';
import { admin } from '../../support/action.ts';
import { comparable, type Knative } from '../../support/comparable.ts';
import { type DropInCloud, dropInCloud, project, sample } from '../../support/drop-in.ts';
import { type Gcloud, gcloudFor, testWithGcloud } from '../../support/gcloud.ts';
import { peerCommands, type StepInputs } from '../../support/peer-commands.ts';
import { randomDeployments } from '../../support/random-deployments.ts';

const gcloudTest = testWithGcloud(
  'whether several deployments with inputs and flags of all kinds come to what they come to with deploy-cloudrun',
);

/** Every test waits for the commands of all others. */
const patience = 400_000;

type Kind = 'service' | 'job';

/** What was once otherwise here than in gcloud, in as few deployments as show it. NAME is the service's name. */
const found: readonly { readonly kind: Kind; readonly deployments: readonly StepInputs[] }[] = [
  {
    kind: 'service',
    deployments: [
      {
        suffix: '0',
        tag: 'x',
        env_vars: 'KEPT=1',
        secrets: 'KEY=my-secret:latest,/a/b=my-secret:1',
        flags:
          '--remove-env-vars=KEPT --remove-secrets=KEY,/a/b --clear-volume-mounts --startup-probe=tcpSocket.port=8080 --port=9000 --clear-labels --cpu=2 --breakglass=because --args=a --args=b',
      },
      {
        suffix: '1',
        env_vars: 'ONE=1',
        env_vars_update_strategy: 'overwrite',
        secrets: '/a/c=my-secret:2',
        flags:
          '--set-env-vars=TWO=2 --add-cloudsql-instances=db --clear-network-tags --remove-labels=managed-by --cpu "" --service-account ""',
        tag_traffic: 'x=100',
        update_traffic_flags: '--update-tags=x=NAME-1,y=NAME-0',
      },
      {
        suffix: '2',
        flags:
          '--clear-volumes --clear-volume-mounts --set-env-vars "" --clear-network --clear-vpc-connector --startup-probe ""',
        tag_traffic: 'y=100',
        update_traffic_flags: '--update-tags=y=NAME-2 --remove-tags=x,y',
      },
    ],
  },
  {
    kind: 'service',
    deployments: [
      {
        suffix: '0',
        image: '',
        flags: `--add-volume=name=tmp,type=in-memory --container=web --image=${sample} --port=8080 --update-env-vars=A=1 --container=side --image=${sample} --memory=256Mi --set-secrets=/k/s=my-secret:1 --depends-on=web --add-volume-mount=volume=tmp,mount-path=/tmp/x`,
      },
      {
        suffix: '1',
        image: '',
        flags: `--remove-containers=side --container=web --image=${sample} --port=8080 --clear-env-vars`,
      },
    ],
  },
  {
    kind: 'job',
    deployments: [
      {
        env_vars: 'A=1',
        env_vars_update_strategy: 'overwrite',
        secrets: 'KEY=my-secret:latest',
        flags: '--set-env-vars=^;^X=1,2;Y=3 --set-secrets=/a/b=my-secret:1 --command=sh --clear-network',
      },
      { flags: '--remove-env-vars=A --update-env-vars=A=2' },
      { env_vars: 'A=3', flags: '--remove-env-vars=A --breakglass=because' },
    ],
  },
];

gcloudTest.each(found)(
  'found: a $kind',
  async ({ kind, deployments }) => {
    await using here = await both();
    await here.compare(kind, deployments);
  },
  patience,
);

// Of these seeds gcloud takes every deployment. It refuses to direct traffic as the last of 127 and the second of 137 say.
gcloudTest.each([
  { kind: 'service', seed: 113 },
  { kind: 'service', seed: 127 },
  { kind: 'service', seed: 137 },
  { kind: 'job', seed: 15 },
  { kind: 'job', seed: 18 },
] as const)(
  'at random: a $kind, seed $seed',
  async ({ kind, seed }) => {
    await using here = await both();
    await here.compare(kind, randomDeployments(kind, seed));
  },
  patience,
);

interface Both extends AsyncDisposable {
  /** Deploys `theirs` with gcloud and `ours` with the action; fails when they are not the same after each deployment. */
  compare(kind: Kind, deployments: readonly StepInputs[]): Promise<void>;
}

async function both(): Promise<Both> {
  const cloud = await dropInCloud();
  const gcloud = await gcloudFor(cloud.emulator, { project, user: admin });
  await cloud.call('POST', `sql/v1beta4/projects/${project}/instances`, {
    name: 'db',
    region: 'us-central1',
    databaseVersion: 'POSTGRES_15',
    settings: { tier: 'db-f1-micro', edition: 'ENTERPRISE' },
  });
  return {
    compare: async (kind, deployments) => {
      for (const inputs of deployments) {
        const isDone = await deployAsPeer(gcloud, step(kind, 'theirs', inputs));
        const ours = await cloud.deploy(step(kind, 'ours', inputs));
        const state = { inputs, isDone: !ours.failure, ...(await stateOf(cloud, kind, 'ours')) };
        expect(state, ours.said).toEqual({ inputs, isDone, ...(await stateOf(cloud, kind, 'theirs')) });
      }
    },
    [Symbol.asyncDispose]: async () => {
      await gcloud[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

function step(kind: Kind, name: string, inputs: StepInputs): StepInputs {
  const named = Object.entries(inputs).map(([input, value]) => [input, value.replaceAll('NAME', name)]);
  return { [kind]: name, image: sample, ...Object.fromEntries(named) };
}

/** Whether traffic could be directed as the step says; rejects when not even the deployment is possible. */
async function deployAsPeer(gcloud: Gcloud, inputs: StepInputs): Promise<boolean> {
  const { deploy, traffic } = peerCommands(inputs);
  await gcloud.ok(...deploy);
  return traffic === undefined || (await gcloud.run(traffic)).code === 0;
}

async function stateOf(
  { get }: DropInCloud,
  kind: Kind,
  name: string,
): Promise<{ what: unknown; callers: unknown }> {
  const api = kind === 'service' ? 'serving.knative.dev' : 'run.googleapis.com';
  const what = await get<Knative>(`apis/${api}/v1/namespaces/${project}/${kind}s/${name}`);
  const policy = await get<{ bindings?: unknown }>(
    `v2/projects/${project}/locations/us-central1/${kind}s/${name}:getIamPolicy`,
  );
  return { what: comparable(what, name), callers: policy.bindings };
}
