/** Reads what templates rest on and provisioning made: addresses of Redis and of a private database. */
import { openReferences, type Reference, type Template } from '../config/template.ts';
import { getRedis, redisAuth } from '../google/redis.ts';
import { getInstance } from '../google/sqladmin.ts';
import { Failure } from '../lib/failure.ts';
import { claim, notAdmitted } from './claim.ts';
import type { Context } from './context.ts';

/** Fills in the facts that these templates need; nothing is read for those that need none. */
export async function readFacts(context: Context, templates: readonly Template[]): Promise<void> {
  const references = templates.flatMap(openReferences);
  const needs = (kind: Reference['kind']): boolean => references.some((reference) => reference.kind === kind);
  await Promise.all([
    needs('redis') ? readRedis(context) : undefined,
    needs('database') ? readDatabase(context) : undefined,
    needs('redis_database') ? readClaimed(context) : undefined,
  ]);
}

async function readRedis(context: Context): Promise<void> {
  const { google, deployment, facts } = context;
  if (!deployment.redis) return;
  const at = { project: deployment.project, region: deployment.region, name: deployment.redis.instance };
  const [instance, auth] = await Promise.all([getRedis(google, at), redisAuth(google, at)]);
  if (!instance.host) throw notProvisioned(`Redis instance ${at.name}`);
  facts.redis = { host: instance.host, port: instance.port ?? 6379, auth };
}

async function readClaimed(context: Context): Promise<void> {
  const { preview } = context.deployment;
  if (preview && !(await claim(context, preview).observe(true))) throw notAdmitted(preview);
}

async function readDatabase(context: Context): Promise<void> {
  const { google, deployment, facts } = context;
  if (!deployment.database) return;
  const instance = await getInstance(google, deployment.project, deployment.database.instance);
  const host = instance.ipAddresses?.find(({ type }) => type === 'PRIVATE')?.ipAddress;
  if (!host) throw notProvisioned(`a private address of Cloud SQL instance ${deployment.database.instance}`);
  facts.database = { ...facts.database, host };
}

function notProvisioned(what: string): Failure {
  return new Failure('NOT_PROVISIONED', `There is no ${what} yet.`, { next: 'Run provision first.' });
}
