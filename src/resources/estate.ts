/** The infrastructure of a deployment: every resource that `provision` answers for, in the order people read them. */
import type { Preview } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import { alerts } from './alerts.ts';
import { apis } from './apis.ts';
import { buckets, sourceBucket } from './bucket.ts';
import { budget } from './budget.ts';
import { claim } from './claim.ts';
import type { Context } from './context.ts';
import { dnsRecords, dnsZone } from './dns-zone.ts';
import { frontend } from './frontend.ts';
import { network, router, subnet } from './network.ts';
import { policies } from './policy.ts';
import { addressRange, peering } from './private-services.ts';
import { redis } from './redis.ts';
import { repository } from './repository.ts';
import { retiredAccountsOf } from './retired-accounts.ts';
import { secrets } from './secret.ts';
import { builderAccount, serviceAccounts } from './service-account.ts';
import { shared } from './shared.ts';
import { sqlDatabase, sqlUser } from './sql-database.ts';
import { sqlInstance } from './sql-instance.ts';
import { unwantedNetwork } from './unwanted-network.ts';

export function estate(context: Context): readonly Resource[] {
  const { preview } = context.deployment;
  return preview ? estateOfPreview(context, preview) : estateOfEnvironment(context);
}

function estateOfEnvironment(context: Context): readonly Resource[] {
  const { deployment } = context;
  return [
    apis(context),
    ...serviceAccounts(context),
    ...networking(context),
    ...buckets(context),
    ...sourceBucket(context),
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
    retiredAccountsOf(context),
    ...unwantedNetwork(context),
    ...(deployment.alerts ? alerts(context, deployment.alerts) : []),
    ...(deployment.budget ? [budget(context, deployment.budget, deployment.alerts)] : []),
  ];
}

/** A preview makes what is its own, and only looks at what it shares. */
function estateOfPreview(context: Context, preview: Preview): readonly Resource[] {
  const { database, frontend: site, redis: wanted } = context.deployment;
  return [
    shared(apis(context)),
    ...networking(context).map(shared),
    ...sourceBucket(context).map(shared),
    ...builderAccount(context).map(shared),
    shared(repository(context)),
    claim(context, preview),
    ...serviceAccounts(context),
    ...buckets(context),
    ...(site ? frontend(context, site) : []),
    ...(database
      ? [shared(sqlInstance(context, database)), sqlDatabase(context, database), sqlUser(context, database)]
      : []),
    ...(wanted ? [preview.redisDatabases ? shared(redis(context, wanted)) : redis(context, wanted)] : []),
    ...secrets(context),
    ...policies(context),
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
