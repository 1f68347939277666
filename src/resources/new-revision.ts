/**
 * Makes a new revision of a service or a worker pool and waits until it is ready. The name is chosen here, so that
 * after a lost answer it can be told whether the revision that is there is ours.
 */
import { GoogleError, isNotFound } from '../google/error.ts';
import { OperationFailed } from '../google/operations.ts';
import {
  createWorkload,
  getWorkload,
  patchWorkload,
  type RunService,
  type RunWorkerPool,
  type WorkloadLocation,
  waitUntilReconciled,
} from '../google/run.ts';
import { Failure } from '../lib/failure.ts';
import type { Context } from './context.ts';
import { RevisionFailed } from './revision-failed.ts';
import { nextRevisionName } from './revision-name.ts';
import { mostConflicts, notReady, shortName } from './workload.ts';

export interface NewRevision<Have> {
  readonly at: WorkloadLocation;
  /** The commit that the revision is named after. */
  readonly commit: string;
  /** What to send for a revision of that name. Without a mask all of the workload is meant: it is created. */
  readonly request: (name: string, have: Have | undefined) => { body: Have; mask?: readonly string[] };
  /** The revision that serves meanwhile, and goes on doing so if the new one fails. */
  readonly serving: string | undefined;
  /** Whether a refusal will pass by itself, since a right that was given a moment ago does not count yet. */
  readonly passes: (error: unknown) => Promise<boolean>;
}

/** Rights may take seven minutes to count. https://cloud.google.com/iam/docs/access-change-propagation */
const longestPassing = 7 * 60_000;
const passingPauses = { first: 5_000, ceiling: 30_000 };

/** Gives the workload with its new revision ready. Throws RevisionFailed, or what Google refused. */
export async function makeRevision<Have extends RunService | RunWorkerPool>(
  context: Context,
  have: Have | undefined,
  wanted: NewRevision<Have>,
): Promise<Have> {
  const { clock, signal } = context.google;
  const end = clock.now() + longestPassing;
  let pause = passingPauses.first;
  let now = have;
  for (;;) {
    try {
      return await makeOnce(context, now, wanted);
    } catch (error) {
      if (clock.now() + pause > end || !(await wanted.passes(error))) throw error;
      await clock.sleep(pause, signal);
      pause = Math.min(pause * 1.5, passingPauses.ceiling);
      now = await read<Have>(context, wanted.at);
    }
  }
}

async function makeOnce<Have extends RunService | RunWorkerPool>(
  context: Context,
  have: Have | undefined,
  wanted: NewRevision<Have>,
): Promise<Have> {
  const { google } = context;
  const { at } = wanted;
  const taken: string[] = [];
  let now = have;
  for (let conflict = 0; conflict < mostConflicts; conflict++) {
    const known = [shortName(now?.latestCreatedRevision ?? undefined), ...taken];
    const name = now
      ? await nextRevisionName(google, at, wanted.commit, known)
      : await nameOfFirst(context, wanted);
    try {
      await write(context, at, wanted.request(name, now), now);
      return await whenReady<Have>(context, wanted, name);
    } catch (error) {
      if (error instanceof OperationFailed) throw failed(wanted, name, error.message, error);
      if (!(error instanceof GoogleError) || error.http !== 409) throw error;
      now = await read<Have>(context, at);
      // The first sending had its effect, and only its answer was lost.
      if (now && shortName(now.latestCreatedRevision ?? undefined) === name) {
        return await whenReady<Have>(context, wanted, name);
      }
      if (error.status === 'ALREADY_EXISTS') taken.push(name);
    }
  }
  throw new Failure('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
    next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
  });
}

/** A service that was deleted and is made again may still have its old revisions' names for a while. */
async function nameOfFirst<Have>(context: Context, wanted: NewRevision<Have>): Promise<string> {
  return await nextRevisionName(context.google, wanted.at, wanted.commit, []).catch((error: unknown) => {
    if (isNotFound(error)) return `${wanted.at.name}-${wanted.commit.toLowerCase().slice(0, 7)}-1`;
    throw error;
  });
}

async function write<Have extends RunService | RunWorkerPool>(
  { google }: Context,
  at: WorkloadLocation,
  { body, mask }: { body: Have; mask?: readonly string[] },
  now: Have | undefined,
): Promise<void> {
  if (now) await patchWorkload(google, at, { ...body, etag: now.etag }, mask);
  else await createWorkload(google, at, body);
}

async function whenReady<Have extends RunService | RunWorkerPool>(
  context: Context,
  wanted: NewRevision<Have>,
  name: string,
): Promise<Have> {
  await waitUntilReconciled(context.google, wanted.at);
  const now = await getWorkload<Have>(context.google, wanted.at);
  const problem = notReady(now);
  if (problem) throw failed(wanted, name, problem.message ?? 'Google gives no reason.', undefined);
  return now;
}

function failed<Have>(
  { at, serving }: NewRevision<Have>,
  revision: string,
  reason: string,
  cause: unknown,
): RevisionFailed {
  return new RevisionFailed(
    { kind: at.kind, workload: at.name, revision, reason, serving, stage: 'start' },
    cause,
  );
}

export async function read<Have extends RunService | RunWorkerPool>(
  { google }: Context,
  at: WorkloadLocation,
): Promise<Have | undefined> {
  return await getWorkload<Have>(google, at).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}
