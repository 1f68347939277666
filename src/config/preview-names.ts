import { createHash } from 'node:crypto';

/**
 * The names of a preview, the copy of an environment for one pull request. Each is the name that the environment's own
 * thing has, with the pull request in it: whoever knows the file and the number knows all names, and no two pull
 * requests share one.
 */

/** The environment that previews copy. */
export const templateEnvironment = 'preview';

const environmentPattern = /^pr-([1-9]\d{0,8})$/;

/** The pull request that an environment of this name is the preview of. */
export function pullRequestOf(environment: string): number | undefined {
  const number = environmentPattern.exec(environment)?.[1];
  return number === undefined ? undefined : Number(number);
}

export function previewEnvironment(pullRequest: number): string {
  return `pr-${pullRequest}`;
}

/** Makes a preview's names out of those of the environment that it copies. */
export interface PreviewNames {
  /** Of a Cloud Run service or worker pool: up to 49 characters. */
  run(name: string): string;
  /** Id of a service account: up to 30 characters. https://cloud.google.com/iam/docs/service-accounts-create */
  account(id: string): string;
  /** Of a bucket: up to 63 characters. https://cloud.google.com/storage/docs/buckets#naming */
  bucket(name: string): string;
  /** Of a secret: up to 255 characters. */
  secret(name: string): string;
  /** Of a Memorystore instance: up to 40 characters. */
  redis(name: string): string;
  /** Of a database or a role: up to 63 bytes, and no hyphen, which SQL takes only in quotes. */
  sql(name: string): string;
}

export function previewNames(pullRequest: number): PreviewNames {
  const environment = previewEnvironment(pullRequest);
  const inFront = (limit: number) => (name: string) => fitted(`${environment}-`, name, '', limit);
  return {
    run: inFront(49),
    account: inFront(30),
    bucket: inFront(63),
    secret: inFront(255),
    redis: inFront(40),
    sql: (name) => fitted('', name, `_pr_${pullRequest}`, 63),
  };
}

const digestLength = 6;

/** The whole name where it fits; else its beginning with a digest of all of it, so that two long names stay two. */
function fitted(front: string, name: string, back: string, limit: number): string {
  const whole = front + name + back;
  if (whole.length <= limit) return whole;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength);
  const joint = back === '' ? '-' : '_';
  const room = limit - front.length - back.length - digestLength - joint.length;
  return front + name.slice(0, room).replace(/[-_.]+$/, '') + joint + digest + back;
}

/** The secret without versions that stands for an admitted preview of the deployment with this `name`. */
export function claimName(deployment: string, pullRequest: number): string {
  return `${deployment}-${previewEnvironment(pullRequest)}-claim`;
}
