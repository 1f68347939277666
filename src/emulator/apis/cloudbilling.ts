import { policyTable } from '../iam/access.ts';
import { heldPermissions, readPolicy, writePolicy } from '../iam/policies.ts';
import { type Api, type Call, Refusal } from '../service.ts';

const path = '/v1/billingAccounts/{billingAccount}';
const id = 'cloudbilling.billingAccounts';

/** Rights on a billing account are kept under this name; it belongs to no project. */
export function accountName(call: Call): string {
  const account = call.params.billingAccount ?? '';
  if (!/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/.test(account)) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
  }
  return `billingAccounts/${account}`;
}

/** The policies of billing accounts. https://cloud.google.com/billing/docs/reference/rest/v1/billingAccounts */
export const cloudbillingApi: Api = {
  name: 'cloudbilling.googleapis.com',
  title: 'Cloud Billing API',
  needsEnabling: false,
  messages: 'cloudbilling',
  errors: 'rpc',
  notModelled: [
    'Billing accounts are opened nowhere: whoever writes the policy of one first is taken for its administrator.',
    'Accounts themselves, their projects, prices and invoices.',
  ],
  routes: [
    {
      method: 'GET',
      path: `${path}:getIamPolicy`,
      id: `${id}.getIamPolicy`,
      permission: 'billing.accounts.getIamPolicy',
      resource: accountName,
      handle: (call, cloud) => ({ status: 200, body: readPolicy(cloud, accountName(call)) }),
    },
    {
      method: 'POST',
      path: `${path}:setIamPolicy`,
      id: `${id}.setIamPolicy`,
      resource: accountName,
      message: 'SetIamPolicyRequest',
      handle: (call, cloud) => {
        const name = accountName(call);
        if (policyTable(cloud).has(name))
          cloud.require(call.principal, 'billing.accounts.setIamPolicy', name);
        const { policy } = (call.body ?? {}) as { policy?: Parameters<typeof writePolicy>[2] };
        if (policy === undefined) {
          throw new Refusal(400, 'INVALID_ARGUMENT', 'The request is missing the required field: policy');
        }
        return { status: 200, body: writePolicy(cloud, name, policy) };
      },
    },
    {
      method: 'POST',
      path: `${path}:testIamPermissions`,
      id: `${id}.testIamPermissions`,
      resource: accountName,
      message: 'TestIamPermissionsRequest',
      handle: (call, cloud) => {
        const { permissions = [] } = (call.body ?? {}) as { permissions?: string[] };
        return { status: 200, body: heldPermissions(cloud, call.principal, permissions, accountName(call)) };
      },
    },
  ],
};
