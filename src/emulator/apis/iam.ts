import { policyTable } from '../iam/access.ts';
import { deletePolicy, policyRoutes } from '../iam/policies.ts';
import { type Api, type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import {
  type ServiceAccountRecord,
  serviceAccountName,
  serviceAccounts,
  storedServiceAccount,
} from '../service-accounts.ts';
import { maskedPaths } from '../update-mask.ts';
import { page } from './listing.ts';
import { settlePoolOperation, workloadIdentityRoutes } from './workload-identity.ts';

const accountsPath = '/v1/projects/{project}/serviceAccounts';
const accountPath = `${accountsPath}/{account}`;
const id = 'iam.projects.serviceAccounts';
const permissions = 'iam.serviceAccounts';
/** https://cloud.google.com/iam/quotas: service accounts in one project. */
const mostAccounts = 100;

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export const iamApi: Api = {
  name: 'iam.googleapis.com',
  title: 'Identity and Access Management (IAM) API',
  needsEnabling: true,
  messages: 'iam',
  errors: 'rpc',
  denied: (_principal, permission, resource) =>
    new Refusal(
      403,
      'PERMISSION_DENIED',
      `Permission '${permission}' denied on resource (or it may not exist).`,
      { reason: 'IAM_PERMISSION_DENIED', metadata: { permission, resource } },
    ),
  notModelled: ['Keys of service accounts.', 'Custom roles: bindings with them are kept and grant nothing.'],
  settle: { pool: settlePoolOperation },
  routes: [
    {
      method: 'POST',
      path: accountsPath,
      id: `${id}.create`,
      permission: `${permissions}.create`,
      message: 'CreateServiceAccountRequest',
      step: 'iam.serviceAccount.create',
      handle: create,
    },
    {
      method: 'GET',
      path: accountsPath,
      id: `${id}.list`,
      permission: `${permissions}.list`,
      handle: (call, cloud) => {
        const project = cloud.project(call.params.project ?? '');
        const own = [...serviceAccounts(cloud).values()].filter(
          (one) => one.projectId === project.id && cloud.arrived('list', one.email),
        );
        const { items, nextPageToken } = page(own, call.query, { largest: 100 });
        return {
          status: 200,
          body: items.length === 0 ? {} : { accounts: items.map((one) => shown(one)), nextPageToken },
        };
      },
    },
    {
      method: 'GET',
      path: accountPath,
      id: `${id}.get`,
      permission: `${permissions}.get`,
      resource: accountResource,
      handle: (call, cloud) => ({ status: 200, body: shown(accountOf(call, cloud)) }),
    },
    {
      method: 'PATCH',
      path: accountPath,
      id: `${id}.patch`,
      permission: `${permissions}.update`,
      resource: accountResource,
      message: 'PatchServiceAccountRequest',
      handle: patch,
    },
    {
      method: 'DELETE',
      path: accountPath,
      id: `${id}.delete`,
      permission: `${permissions}.delete`,
      resource: accountResource,
      handle: remove,
    },
    {
      method: 'POST',
      path: `${accountPath}:undelete`,
      id: `${id}.undelete`,
      permission: `${permissions}.undelete`,
      handle: undelete,
    },
    {
      method: 'POST',
      path: `${accountPath}:enable`,
      id: `${id}.enable`,
      permission: `${permissions}.enable`,
      resource: accountResource,
      handle: (call, cloud) => {
        accountOf(call, cloud).disabled = false;
        return { status: 200, body: {} };
      },
    },
    {
      method: 'POST',
      path: `${accountPath}:disable`,
      id: `${id}.disable`,
      permission: `${permissions}.disable`,
      resource: accountResource,
      handle: (call, cloud) => {
        accountOf(call, cloud).disabled = true;
        return { status: 200, body: {} };
      },
    },
    ...policyRoutes({
      path: accountPath,
      id,
      permissions,
      resource: accountResource,
      get: 'POST',
      exists: (call, cloud) => {
        accountOf(call, cloud);
      },
    }),
    ...workloadIdentityRoutes,
  ],
};

/** `projects/-` leaves the project to the e-mail address. */
function accountResource(call: Call): string {
  const account = call.params.account ?? '';
  const own = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(account)?.[1];
  const project = call.params.project ?? '';
  return `projects/${project === '-' ? (own ?? project) : project}/serviceAccounts/${account}`;
}

function accountOf(call: Call, cloud: Cloud): ServiceAccountRecord {
  const account = storedServiceAccount(cloud, call.params.account ?? '');
  const project = call.params.project ?? '';
  if (
    account === undefined ||
    !cloud.arrived('serviceAccount.read', account.email) ||
    (project !== '-' && cloud.project(project).id !== account.projectId)
  ) {
    throw unknownAccount();
  }
  return account;
}

function unknownAccount(): Refusal {
  return new Refusal(404, 'NOT_FOUND', 'Unknown service account');
}

function create(call: Call, cloud: Cloud): Reply {
  const project = cloud.project(call.params.project ?? '');
  const body = (call.body ?? {}) as { accountId?: string; serviceAccount?: Partial<ServiceAccountRecord> };
  const accountId = body.accountId ?? '';
  if (accountId.length < 6 || accountId.length > 30) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `The account ID "${accountId}" does not have a length between 6 and 30.`,
    );
  }
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])$/.test(accountId)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `The account ID "${accountId}" does not match the pattern [a-z]([-a-z0-9]*[a-z0-9]).`,
    );
  }
  if ((body.serviceAccount?.displayName ?? '').length > 100) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The display name must be at most 100 characters long.');
  }
  if ((body.serviceAccount?.description ?? '').length > 256) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The description must be at most 256 bytes long.');
  }
  if (storedServiceAccount(cloud, `${accountId}@${project.id}.iam.gserviceaccount.com`) !== undefined) {
    throw new Refusal(
      409,
      'ALREADY_EXISTS',
      `Service account ${accountId} already exists within project projects/${project.id}.`,
    );
  }
  const own = [...serviceAccounts(cloud).values()].filter((one) => one.projectId === project.id);
  if (own.length >= mostAccounts) {
    throw new Refusal(
      429,
      'RESOURCE_EXHAUSTED',
      `Maximum number of service accounts on project reached (${mostAccounts}).`,
    );
  }
  const account = addServiceAccount(cloud, project.id, accountId, body.serviceAccount);
  cloud.spread('serviceAccount.read', account.email);
  cloud.spread('serviceAccount.use', account.email);
  cloud.spread('list', account.email);
  return { status: 200, body: shown(account) };
}

/** Adds the account without any check; seeds use it too. */
export function addServiceAccount(
  cloud: Cloud,
  projectId: string,
  accountId: string,
  options: { displayName?: string; description?: string } = {},
): ServiceAccountRecord {
  const email = `${accountId}@${projectId}.iam.gserviceaccount.com`;
  const account: ServiceAccountRecord = {
    projectId,
    email,
    uniqueId: decimal(cloud, 21, 'iam.serviceAccount'),
    ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
    ...(options.description === undefined ? {} : { description: options.description }),
    disabled: false,
    etag: cloud.etag(),
  };
  serviceAccounts(cloud).set(email, account);
  return account;
}

function decimal(cloud: Cloud, length: number, counter: string): string {
  const number = BigInt(`0x${cloud.hex(24, counter)}`) % 10n ** BigInt(length - 1);
  return `1${number.toString().padStart(length - 1, '0')}`;
}

function shown(account: ServiceAccountRecord): Record<string, unknown> {
  const { disabled, ...rest } = account;
  return {
    name: serviceAccountName(account),
    ...rest,
    oauth2ClientId: account.uniqueId,
    ...(disabled ? { disabled } : {}),
  };
}

function patch(call: Call, cloud: Cloud): Reply {
  const account = accountOf(call, cloud);
  const body = (call.body ?? {}) as { serviceAccount?: Partial<ServiceAccountRecord>; updateMask?: string };
  const wanted = body.serviceAccount ?? {};
  const paths = maskedPaths(call, {
    api: 'iam',
    message: 'ServiceAccount',
    changeable: ['displayName', 'description'],
    current: shown(account),
    body: wanted,
    mask: body.updateMask,
    refuse: (path) => new Refusal(400, 'INVALID_ARGUMENT', `Invalid field mask path: ${path}`),
  });
  if (paths === undefined) throw new Refusal(400, 'INVALID_ARGUMENT', 'The update mask must not be empty.');
  const fields = paths.map(([field]) => field);
  if (fields.includes('displayName')) account.displayName = wanted.displayName ?? '';
  if (fields.includes('description')) account.description = wanted.description ?? '';
  account.etag = cloud.etag();
  return { status: 200, body: shown(account) };
}

const deleted = 'iam.deletedServiceAccounts';

/** The account's bindings stay behind under the name of the deleted account, as Google keeps them. */
function remove(call: Call, cloud: Cloud): Reply {
  const account = accountOf(call, cloud);
  serviceAccounts(cloud).delete(account.email);
  deletePolicy(cloud, serviceAccountName(account));
  cloud.table<ServiceAccountRecord>(deleted).set(account.uniqueId, account);
  renameMember(
    cloud,
    `serviceAccount:${account.email}`,
    `deleted:serviceAccount:${account.email}?uid=${account.uniqueId}`,
  );
  return { status: 200, body: {} };
}

function undelete(call: Call, cloud: Cloud): Reply {
  const given = call.params.account ?? '';
  const account = cloud.table<ServiceAccountRecord>(deleted).get(given);
  if (account === undefined) throw unknownAccount();
  if (serviceAccounts(cloud).has(account.email)) {
    throw new Refusal(
      409,
      'ALREADY_EXISTS',
      `Service account ${account.email} already exists within project projects/${account.projectId}.`,
    );
  }
  cloud.table(deleted).delete(given);
  serviceAccounts(cloud).set(account.email, account);
  renameMember(
    cloud,
    `deleted:serviceAccount:${account.email}?uid=${account.uniqueId}`,
    `serviceAccount:${account.email}`,
  );
  return { status: 200, body: { restoredAccount: shown(account) } };
}

function renameMember(cloud: Cloud, from: string, to: string): void {
  for (const policy of policyTable(cloud).values()) {
    for (const binding of policy.bindings ?? []) {
      if (!binding.members.includes(from)) continue;
      binding.members = binding.members.map((member) => (member === from ? to : member));
      policy.etag = cloud.etag();
    }
  }
}
