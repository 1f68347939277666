/**
 * The IAM permissions that the changes of a plan need, by the kind of resource. Whoever deploys may hold them on the
 * project or on the resource itself. https://cloud.google.com/iam/docs/permissions-reference
 */
import type { Change } from '../engine/change.ts';

type Needs = Partial<Record<Change['action'], readonly string[]>>;

const needs: Readonly<Record<string, Needs>> = {
  apis: { update: ['serviceusage.services.enable'] },
  service_account: {
    create: ['iam.serviceAccounts.create'],
    update: ['iam.serviceAccounts.update'],
    delete: ['iam.serviceAccounts.delete'],
  },
  network: {
    create: ['compute.networks.create'],
    update: ['compute.networks.update'],
    delete: ['compute.networks.delete'],
  },
  subnet: {
    create: ['compute.subnetworks.create'],
    update: ['compute.subnetworks.setPrivateIpGoogleAccess'],
    delete: ['compute.subnetworks.delete'],
  },
  router: {
    create: ['compute.routers.create'],
    update: ['compute.routers.update'],
    delete: ['compute.routers.delete'],
  },
  address_range: {
    create: ['compute.globalAddresses.createInternal'],
    delete: ['compute.globalAddresses.delete'],
  },
  peering: {
    create: ['servicenetworking.services.addPeering'],
    update: ['servicenetworking.services.addPeering'],
    delete: ['servicenetworking.services.deleteConnection'],
  },
  bucket: {
    create: ['storage.buckets.create'],
    update: ['storage.buckets.update'],
    delete: ['storage.buckets.delete', 'storage.objects.delete', 'storage.objects.list'],
  },
  repository: {
    create: ['artifactregistry.repositories.create'],
    update: ['artifactregistry.repositories.update'],
    delete: ['artifactregistry.repositories.delete'],
  },
  sql_instance: {
    create: ['cloudsql.instances.create'],
    update: ['cloudsql.instances.update'],
    delete: ['cloudsql.instances.delete', 'cloudsql.instances.update'],
  },
  sql_database: { create: ['cloudsql.databases.create'] },
  sql_user: { create: ['cloudsql.users.create'] },
  redis: {
    create: ['redis.instances.create'],
    update: ['redis.instances.update'],
    delete: ['redis.instances.delete'],
  },
  run_service: { delete: ['run.services.delete'] },
  worker_pool: { delete: ['run.workerpools.delete'] },
  job: { delete: ['run.jobs.delete'] },
  secret: {
    create: ['secretmanager.secrets.create', 'secretmanager.versions.add'],
    update: ['secretmanager.versions.add'],
    delete: ['secretmanager.secrets.delete'],
  },
  retired_accounts: { update: ['secretmanager.secrets.setIamPolicy', 'storage.buckets.setIamPolicy'] },
  'policy/project': { update: ['resourcemanager.projects.setIamPolicy'] },
  'policy/bucket': { update: ['storage.buckets.setIamPolicy'] },
  'policy/secret': { update: ['secretmanager.secrets.setIamPolicy'] },
  'policy/service_account': { update: ['iam.serviceAccounts.setIamPolicy'] },
  'policy/repository': { update: ['artifactregistry.repositories.setIamPolicy'] },
  frontend: {
    create: ['storage.objects.create', 'storage.objects.delete', 'storage.objects.list'],
    update: ['storage.objects.create', 'storage.objects.delete', 'storage.objects.list'],
  },
  notification_channel: {
    create: ['monitoring.notificationChannels.create'],
    update: ['monitoring.notificationChannels.update'],
    delete: ['monitoring.notificationChannels.delete'],
  },
  alert_policy: {
    create: ['monitoring.alertPolicies.create'],
    update: ['monitoring.alertPolicies.update'],
    delete: ['monitoring.alertPolicies.delete'],
  },
  uptime_check: {
    create: ['monitoring.uptimeCheckConfigs.create'],
    update: ['monitoring.uptimeCheckConfigs.update'],
    delete: ['monitoring.uptimeCheckConfigs.delete'],
  },
  identity_pool: {
    create: ['iam.workloadIdentityPools.create'],
    update: ['iam.workloadIdentityPools.update', 'iam.workloadIdentityPools.undelete'],
  },
  identity_provider: {
    create: ['iam.workloadIdentityPoolProviders.create'],
    update: ['iam.workloadIdentityPoolProviders.update', 'iam.workloadIdentityPoolProviders.undelete'],
  },
  dns_zone: {
    create: ['dns.managedZones.create'],
    update: ['dns.managedZones.update'],
    delete: ['dns.managedZones.delete', 'dns.changes.create', 'dns.resourceRecordSets.delete'],
  },
  dns_records: {
    create: ['dns.changes.create', 'dns.resourceRecordSets.create'],
    update: ['dns.changes.create'],
  },
};

/** The kind of resource that an address names: `secret`, `policy/bucket`. */
export function kindOf(address: string): string {
  const [kind = '', second = ''] = address.split('/');
  return kind === 'policy' ? `${kind}/${second}` : kind;
}

/** What one change needs; nothing for a kind that is not in the table. */
export function permissionsFor(change: Change): readonly string[] {
  return needs[kindOf(change.address)]?.[change.action] ?? [];
}
