import { buildPaths, type Draft, where, whereKey } from './draft.ts';
import type { Where } from './finding-list.ts';
import {
  appName,
  bucketName,
  buildBucket,
  builderAccountId,
  frontendBucket,
  serviceAccountId,
  workerName,
} from './names.ts';
import { nodeAt } from './tree.ts';

/** Names that Google Cloud would refuse, and names that two things share. */
export function checkNames(draft: Draft): void {
  checkServiceAccounts(draft);
  checkRunNames(draft);
  checkBuckets(draft);
}

function checkServiceAccounts(draft: Draft): void {
  const { config } = draft;
  for (const key of Object.keys(config.services)) {
    const at = whereGiven(draft, ['services', key, 'service_account'], ['services', key]);
    checkServiceAccount(draft, serviceAccountId(config, key), at, `services.${key}.service_account`);
  }
  if (buildPaths(config).length > 0) {
    const at = whereGiven(draft, ['builds', 'service_account'], ['name']);
    checkServiceAccount(draft, builderAccountId(config), at, 'builds.service_account');
  }
}

/** https://cloud.google.com/iam/docs/service-accounts-create: 6 to 30 characters. */
function checkServiceAccount(draft: Draft, id: string, at: Where, key: string): void {
  if (id.length >= 6 && id.length <= 30) return;
  draft.findings.error({
    code: 'SERVICE_ACCOUNT_ID',
    at,
    message: `the service account id ${id} has ${id.length} characters; 6 to 30 are possible`,
    fix: `set ${key} to a ${id.length > 30 ? 'shorter' : 'longer'} id`,
  });
}

/**
 * Ids of services and worker pools have fewer than 50 characters. That also keeps `<service>-<project number>`,
 * the first label of the URL, below the 63 characters of a DNS label.
 */
function checkRunNames(draft: Draft): void {
  const { config } = draft;
  const services = new Map<string, string>();
  const pools = new Map<string, string>();
  const jobs = new Map<string, string>();
  for (const [key, service] of Object.entries(config.services)) {
    const named = (part: 'app' | 'worker', name: string, taken: Map<string, string>) => {
      const at = whereGiven(draft, ['services', key, part, 'name'], ['services', key, part]);
      checkRunName(draft, name, at, `services.${key}.${part}.name`);
      checkTaken(draft, name, at, key, taken);
    };
    if (service.app !== undefined) {
      named('app', appName(config, key), services);
      checkTrialName(draft, key);
    }
    if (service.worker === undefined) continue;
    const taken = { pool: pools, service: services, job: jobs }[service.worker.runtime];
    named('worker', workerName(config, key), taken);
  }
}

function checkRunName(draft: Draft, name: string, at: Where, key: string): void {
  if (name.length < 50) return;
  draft.findings.error({
    code: 'RUN_NAME_TOO_LONG',
    at,
    message: `the Cloud Run name ${name} has ${name.length} characters; at most 49 are possible`,
    fix: `set ${key} to a shorter name`,
  });
}

/**
 * A revision without traffic is tried at `next---<service>-<project number>`, and a label of a host name has at most 63
 * characters. Numbers of projects have up to twelve digits; the file does not know them.
 */
const longestTriedName = 63 - 'next---'.length - '-123456789012'.length;

function checkTrialName(draft: Draft, key: string): void {
  const name = appName(draft.config, key);
  if (name.length <= longestTriedName || name.length >= 50) return;
  draft.findings.warning({
    code: 'RUN_NAME_NOT_TRIED',
    at: whereGiven(draft, ['services', key, 'app', 'name'], ['services', key, 'app']),
    message: `the Cloud Run name ${name} has ${name.length} characters, which leaves no room for the address at which a new revision is tried: it gets traffic as soon as it has started`,
    fix: `set services.${key}.app.name to a name of at most ${longestTriedName} characters`,
  });
}

function checkTaken(draft: Draft, name: string, at: Where, key: string, taken: Map<string, string>): void {
  const other = taken.get(name);
  taken.set(name, other ?? key);
  if (other === undefined) return;
  draft.findings.error({
    code: 'DUPLICATE_RUN_NAME',
    at,
    message: `services.${other} and services.${key} would both be ${name} on Cloud Run`,
    fix: 'give one of the two another name',
  });
}

/** https://cloud.google.com/storage/docs/buckets#naming */
function checkBuckets(draft: Draft): void {
  const { config, project } = draft;
  for (const key of Object.keys(config.buckets)) {
    const at = whereGiven(draft, ['buckets', key, 'name'], ['buckets', key]);
    checkBucketName(draft, bucketName(config, key, project), at);
  }
  if (buildPaths(config).length > 0)
    checkBucketName(draft, buildBucket(config, project), whereGiven(draft, ['builds', 'bucket'], ['name']));
  if (config.frontend !== undefined) {
    const at = whereGiven(draft, ['frontend', 'bucket'], ['frontend']);
    checkBucketName(draft, frontendBucket(config, project), at);
  }
}

function checkBucketName(draft: Draft, name: string, at: Where): void {
  const fits = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name) && !/^goog|google/.test(name);
  if (fits) return;
  draft.findings.error({
    code: 'BUCKET_NAME',
    at,
    message: `the bucket name ${name} is not possible`,
    fix: 'use 3 to 63 lower case letters, digits, - _ and . without "google" and without "goog" at the start',
  });
}

/** The place of a name that is in the file, or of the key that a derived name comes from. */
function whereGiven(draft: Draft, given: readonly string[], source: readonly string[]): Where {
  if (nodeAt(draft.tree, given) !== undefined) return where(draft, ...given);
  const isText = nodeAt(draft.tree, source)?.kind === 'scalar';
  return isText ? where(draft, ...source) : whereKey(draft, ...source);
}
