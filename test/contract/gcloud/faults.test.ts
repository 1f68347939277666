import { expect } from 'vitest';
import { otherProject, project } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether the guide’s faulty commands fail as they do at Google');

const connection = `${project.id}:us-central1:aethercast-postgres-instance`;
const image = `us-central1-docker.pkg.dev/${project.id}/aethercast-services/tda-service:latest`;

/** The guide's deploy of a service, with that list of secrets. */
function deploy(name: string, secrets: string, ...more: string[]): string[] {
  return [
    ...['run', 'deploy', name, `--image=${image}`, '--platform=managed', '--region=us-central1'],
    ...[`--service-account=sa-aethercast-tda@${project.id}.iam.gserviceaccount.com`, '--ingress=internal'],
    ...[
      `--add-cloudsql-instances=${connection}`,
      '--set-env-vars=FLASK_DEBUG=False',
      `--set-secrets=${secrets}`,
    ],
    ...['--cpu=1', '--memory=512Mi', '--min-instances=0', '--max-instances=2', ...more],
  ];
}

const database = `POSTGRES_USER=aethercast-pg-user:latest,POSTGRES_PASSWORD=aethercast-pg-password:latest`;

async function refusedWithoutWriting(words: string[]): Promise<string> {
  await using here = await cloudWithGcloud();
  const said = await here.gcloud.refused(...words);
  expect(here.cloud.emulator.journal.filter((entry) => entry.write)).toEqual([]);
  return said;
}

gcloudTest(
  'a socket path among the secrets (12 of the guide’s commands): gcloud itself crashes',
  async () => {
    const said = await refusedWithoutWriting(
      deploy(
        'aethercast-tda-service',
        `POSTGRES_HOST=/cloudsql/${connection},POSTGRES_PORT=5432,${database}`,
      ),
    );
    expect(said).toContain(`gcloud crashed (ValueError): Invalid secret spec '/cloudsql/${connection}'`);
  },
);

gcloudTest('a port among the secrets is read as the name of one, without a version', async () => {
  const said = await refusedWithoutWriting(
    deploy('aethercast-tda-service', `POSTGRES_PORT=5432,${database}`),
  );
  expect(said).toContain('No secret version specified for POSTGRES_PORT. Use POSTGRES_PORT:latest');
});

gcloudTest('--no-traffics (the tts worker) is no flag', async () => {
  const said = await refusedWithoutWriting(
    deploy('aethercast-aims-tts-worker', database, '--no-traffics', '--command=celery'),
  );
  expect(said).toMatch(/^2: .*unrecognized arguments:\s+--no-traffics \(did you mean '--no-traffic'\?\)/s);
});

gcloudTest(
  '--no-traffic on the first deploy (every worker) is refused once the service is not found',
  async () => {
    const said = await refusedWithoutWriting(
      deploy('aethercast-tda-worker', database, '--no-traffic', '--command=celery'),
    );
    expect(said).toContain('--no-traffic not supported when creating a new service.');
  },
);

gcloudTest(
  'a comment behind a backslash ends the command: its words are arguments, the next line a command',
  async () => {
    await using here = await cloudWithGcloud();
    const { cloud, gcloud } = here;
    const run = await gcloud.shell(`set +e
gcloud run deploy aethercast-aims-tts-service \\
    --image=${image} \\
    --region=us-central1 \\
    --add-cloudsql-instances=${connection} \\ # For Idempotency
    --cpu=1
`);
    expect(run.code).toBe(127);
    expect(run.stderr).toMatch(/unrecognized arguments:\s+#\s+For\s+Idempotency/);
    expect(run.stderr).toContain('--cpu=1: command not found');
    expect(cloud.emulator.journal.filter((entry) => entry.write)).toEqual([]);
  },
);

gcloudTest('brackets around the secrets are sent as they stand, and the server refuses them', async () => {
  const said = await refusedWithoutWriting([
    ...['run', 'deploy', 'api-gateway-service', `--image=${image}`, '--region=us-central1'],
    '--set-secrets=[POSTGRES_PASSWORD=aethercast-db-password:latest,FLASK_SECRET_KEY=aethercast-flask-secret-key:latest]',
    '--allow-unauthenticated',
  ]);
  expect(said).toMatch(/env\[1\].*"latest\]"/);
});

gcloudTest('echo into --data-file=- stores the newline too', async () => {
  await using here = await cloudWithGcloud();
  const { gcloud } = here;
  const created = await gcloud.shell(
    'echo "s3cr3t" | gcloud secrets create aethercast-db-password --data-file=- --replication-policy=automatic',
  );
  expect(created, created.stderr).toMatchObject({ code: 0 });
  expect(await gcloud.ok('secrets', 'versions', 'access', 'latest', '--secret=aethercast-db-password')).toBe(
    's3cr3t\n',
  );
});

/** What the guide enables. */
async function enableTheGuides(gcloud: Gcloud): Promise<void> {
  await gcloud.ok(
    ...['services', 'enable', `--project=${otherProject.id}`, 'aiplatform.googleapis.com'],
    ...['storage.googleapis.com', 'run.googleapis.com', 'sqladmin.googleapis.com'],
    ...['artifactregistry.googleapis.com', 'cloudbuild.googleapis.com', 'secretmanager.googleapis.com'],
    'iam.googleapis.com',
  );
}

gcloudTest('with the guide’s eight APIs alone, neither the network nor Redis can be made', async () => {
  await using here = await cloudWithGcloud();
  const { gcloud } = here;
  await enableTheGuides(gcloud);
  const other = `--project=${otherProject.id}`;
  const [network, redis, policy] = await Promise.all([
    gcloud.refused('compute', 'networks', 'create', 'aether-net', '--subnet-mode=custom', other),
    gcloud.refused('redis', 'instances', 'create', 'r', '--size=1', '--region=us-central1', other),
    gcloud.refused('projects', 'get-iam-policy', otherProject.id),
  ]);
  expect(network).toContain('Compute Engine API has not been used in project');
  expect(redis).toContain('Cloud Memorystore for Redis API has not been used in project');
  expect(policy).toContain('Cloud Resource Manager API has not been used in project');
});
