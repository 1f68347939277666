/** The infrastructure of a deployment: every resource that `provision` answers for, in the order people read them. */
import type { Resource } from '../engine/resource.ts';
import { alerts } from './alerts.ts';
import { apis } from './apis.ts';
import { buckets } from './bucket.ts';
import { budget } from './budget.ts';
import type { Context } from './context.ts';
import { dnsRecords, dnsZone } from './dns-zone.ts';
import { frontend } from './frontend.ts';
import { network, router, subnet } from './network.ts';
import { policies } from './policy.ts';
import { addressRange, peering } from './private-services.ts';
import { redis } from './redis.ts';
import { repository } from './repository.ts';
import { secrets } from './secret.ts';
import { serviceAccounts } from './service-account.ts';
import { sqlDatabase, sqlUser } from './sql-database.ts';
import { sqlInstance } from './sql-instance.ts';

export function estate(context: Context): readonly Resource[] {
  const { deployment } = context;
  return [
    apis(context),
    ...serviceAccounts(context),
    ...networking(context),
    ...buckets(context),
    ...(deployment.frontend ? frontend(context, deployment.frontend) : []),
    repository(context),
    ...(deployment.database
      ? [
          sqlInstance(context, deployment.database),
          sqlDatabase(context, deployment.database),
          sqlUser(context, deployment.database),
        ]
      : []),
    ...(deployment.redis ? [redis(context, deployment.redis)] : []),
    ...secrets(context),
    ...policies(context),
    ...(deployment.alerts ? alerts(context, deployment.alerts) : []),
    ...(deployment.budget ? [budget(context, deployment.budget, deployment.alerts)] : []),
  ];
}

function networking(context: Context): Resource[] {
  const wanted = context.deployment.network;
  if (!wanted) return [];
  return [
    network(context, wanted),
    subnet(context, wanted),
    ...(wanted.router ? [router(context, wanted, wanted.router)] : []),
    ...(wanted.dns ? [dnsZone(context, wanted, wanted.dns.zone), dnsRecords(context, wanted.dns.zone)] : []),
    ...(wanted.privateServices
      ? [
          addressRange(context, wanted, wanted.privateServices),
          peering(context, wanted, wanted.privateServices),
        ]
      : []),
  ];
}
