import { describe, expect, test } from 'vitest';
import { explainGoogle, roleWith } from '../../src/google/denied.ts';
import { errorFromBody, GoogleError, NoAnswer } from '../../src/google/error.ts';
import { OperationFailed } from '../../src/google/operations.ts';
import { Failure } from '../../src/lib/failure.ts';

const who = { principal: 'deployer@acme.iam.gserviceaccount.com', project: 'acme' };
const call = { api: 'storage', method: 'GET', path: 'storage/v1/b/media' };

function denied(message: string, metadata: Record<string, string> = {}, reason = ''): GoogleError {
  return new GoogleError(call, { http: 403, status: 'PERMISSION_DENIED', reason, message, metadata });
}

function explained(error: unknown, by: Parameters<typeof explainGoogle>[1] = who): Failure {
  const failure = explainGoogle(error, by);
  if (!(failure instanceof Failure)) throw new Error('it was not explained');
  return failure;
}

describe('a permission that is missing', () => {
  test('is named with its resource, its principal, and the command that grants a role with it', () => {
    const error = denied('Permission denied on resource.', {
      permission: 'secretmanager.versions.access',
      resource: 'projects/acme/secrets/key',
    });
    const failure = explained(error);
    expect(failure.code).toBe('PERMISSION_DENIED');
    expect(failure.message).toContain(
      'serviceAccount:deployer@acme.iam.gserviceaccount.com lacks secretmanager.versions.access for projects/acme/secrets/key',
    );
    expect(failure.next).toContain(
      'gcloud projects add-iam-policy-binding acme --member=serviceAccount:deployer@acme.iam.gserviceaccount.com --role=roles/secretmanager.secretAccessor',
    );
    expect(failure.cause).toBe(error);
  });

  test.each([
    [
      'deployer@acme-staging.iam.gserviceaccount.com does not have storage.buckets.get access to the Google Cloud Storage bucket.',
      'storage.buckets.get',
    ],
    [
      "Required 'compute.networks.create' permission for 'projects/acme/global/networks/vpc'",
      'compute.networks.create',
    ],
    [
      'The caller does not have permission cloudsql.instances.create. See https://cloud.google.com/sql/docs',
      'cloudsql.instances.create',
    ],
    ["Permission 'run.services.get' denied on resource (or it may not exist).", 'run.services.get'],
  ])('is found in the text: %s', (message, permission) => {
    expect(explained(denied(message)).message).toContain(` lacks ${permission} for GET storage`);
  });

  test.each([
    'The caller does not have permission',
    'Request is prohibited by policy of run.googleapis.com.',
    'iam.googleapis.com refused deployer@a.b.c',
  ])('is not made up from: %s', (message) => {
    const failure = explained(denied(message));
    expect(failure.message).toContain('lacks a permission');
    expect(failure.message).toContain(message);
    expect(failure.next).not.toContain('--role');
  });

  test('without a known principal leaves a place for it in the command', () => {
    const failure = explained(denied('', { permission: 'run.services.get' }), {
      principal: undefined,
      project: 'acme',
    });
    expect(failure.message).toContain('the principal of this job lacks run.services.get');
    expect(failure.next).toContain('--member=PRINCIPAL --role=roles/run.admin');
  });
});

test.each([
  ['run.services.setIamPolicy', 'roles/run.admin'],
  ['iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser'],
  ['iam.serviceaccounts.actAs', 'roles/iam.serviceAccountUser'],
  ['iam.serviceAccounts.create', 'roles/iam.serviceAccountAdmin'],
  ['secretmanager.versions.access', 'roles/secretmanager.secretAccessor'],
  ['secretmanager.versions.add', 'roles/secretmanager.admin'],
  ['cloudsql.instances.connect', 'roles/cloudsql.client'],
  ['cloudsql.instances.create', 'roles/cloudsql.admin'],
  ['artifactregistry.tags.create', 'roles/artifactregistry.writer'],
  ['artifactregistry.repositories.create', 'roles/artifactregistry.admin'],
  ['resourcemanager.projects.get', 'roles/browser'],
  ['resourcemanager.projects.setIamPolicy', 'roles/resourcemanager.projectIamAdmin'],
  ['cloudbuild.builds.create', 'roles/cloudbuild.builds.editor'],
  ['serviceusage.services.enable', 'roles/serviceusage.serviceUsageAdmin'],
  ['unheard.of.permission', undefined],
])('%s is held by %s', (permission, role) => {
  expect(roleWith(permission)).toBe(role);
});

describe('other refusals', () => {
  test('an API that is off names the command that switches it on', () => {
    const error = denied('API has not been used', { service: 'redis.googleapis.com' }, 'SERVICE_DISABLED');
    expect(explained(error)).toMatchObject({
      code: 'API_DISABLED',
      next: expect.stringContaining('gcloud services enable redis.googleapis.com --project acme'),
    });
  });

  test.each<[string, GoogleError]>([
    ['as 429', errorFromBody(call, 429, '', undefined)],
    ['as 403, in the way of Compute', denied('Quota exceeded', {}, 'rateLimitExceeded')],
    ['as 403, in the way of Service Usage', denied('Quota', {}, 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED')],
  ])('a quota that is used up, %s, is no missing permission', (_, error) => {
    expect(explained(error)).toMatchObject({
      code: 'QUOTA_EXHAUSTED',
      next: expect.stringContaining('acme'),
    });
  });

  test("an organization's policy is named", () => {
    const message = "'us' violates constraint 'constraints/gcp.resourceLocations'";
    const error = new GoogleError(call, {
      http: 412,
      status: '',
      reason: 'conditionNotMet',
      message,
      metadata: {},
    });
    expect(explained(error)).toMatchObject({
      code: 'ORG_POLICY',
      message: expect.stringContaining('(constraints/gcp.resourceLocations)'),
    });
  });

  test('a token that is not accepted', () => {
    const error = errorFromBody(call, 401, '', undefined);
    expect(explained(error)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each([
    ['ALREADY_EXISTS', 'ALREADY_EXISTS'],
    ['', 'HTTP_409'],
  ])('anything else keeps the status "%s" and the words of Google', (status, code) => {
    const error = new GoogleError(call, {
      http: 409,
      status,
      reason: '',
      message: 'it exists',
      metadata: {},
    });
    expect(explained(error)).toMatchObject({
      code,
      message: 'GET storage storage/v1/b/media was refused: it exists',
    });
  });

  test.each([
    ['by the code of Compute', 0, "QUOTA_EXCEEDED: Quota 'NETWORKS' exceeded. Limit: 5.0 globally."],
    ['by the code of the others', 8, 'Quota limit exceeded'],
  ])(
    'a quota that an operation finds used up, %s, is named with where to ask for more',
    (_, code, message) => {
      const error = new OperationFailed('creating network main', code, message);
      expect(explained(error)).toMatchObject({
        code: 'QUOTA_EXHAUSTED',
        message: expect.stringContaining('creating network main'),
        next: expect.stringContaining('iam-admin/quotas?project=acme'),
      });
    },
  );

  test('an operation that failed says which', () => {
    const error = new OperationFailed('creating shop-web', 9, 'The container did not start.');
    expect(explained(error)).toMatchObject({
      code: 'OPERATION_FAILED',
      message: 'Creating shop-web failed: The container did not start.',
    });
  });

  test('an answer that never came', () => {
    const error = new NoAnswer(call, new Error('fetch failed', { cause: new Error('ECONNRESET') }));
    expect(explained(error)).toMatchObject({
      code: 'NO_ANSWER',
      message: 'GET storage storage/v1/b/media: no answer (fetch failed: ECONNRESET)',
    });
  });

  test('what is not from Google is passed on as it is', () => {
    const error = new TypeError('x is not a function');
    expect(explainGoogle(error, who)).toBe(error);
  });
});
