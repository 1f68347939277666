/** What tests of previews ask of a world: how a run ended, what GitHub shows of it, and what is there of whom. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { World, WorldPull, WorldRun } from '../../src/rehearsal/world/world.ts';
import { call } from './cleanup.ts';
import { comparable } from './estate.ts';

/** A shop of two services and a worker, with a database, a Redis, a bucket and secrets. */
export const shop = { folder: 'test/fixtures/previewed', project: 'shop-staging' };

/** The shop with a database and a role that nothing connects to: no server has to stand behind them. */
export async function withoutMigrations(): Promise<{ 'deploy.yaml': string }> {
  const text = await readFile(`${shop.folder}/deploy.yaml`, 'utf8');
  const found = text.replace(', migrations: migrations', '').replace('  seed: seed.sql\n', '');
  return { 'deploy.yaml': found };
}

/** The run of a workflow among those that an event has started. */
export function runOf(started: { readonly runs: readonly WorldRun[] }, workflow = 'preview'): WorldRun {
  const run = started.runs.findLast((one) => one.workflow === workflow);
  if (run === undefined) throw new Error(`the event has started no run of ${workflow}`);
  return run;
}

/** The jobs that ran, of a run that ended well, by their names in the called workflow. */
export async function good(run: WorldRun): Promise<readonly string[]> {
  const record = await run.done;
  const broken = record.jobs.filter(({ result }) => result === 'failure');
  const lines = broken.flatMap(({ identity, lines: said }) => [identity.name, ...said.slice(-25)]);
  expect(record.result, lines.join('\n')).toBe('success');
  return record.jobs
    .filter(({ result }) => result !== 'skipped')
    .map(({ identity }) => identity.name.replace(/^.* \/ /, ''))
    .sort();
}

/** Reads of the emulated GitHub, as somebody who may see everything. */
export async function github<T>(world: World, path: string): Promise<T> {
  const { apiUrl, issueToken } = world.emulator.github;
  const authorization = `Bearer ${issueToken({ kind: 'person', login: 'lead' })}`;
  const response = await fetch(`${apiUrl}/repos/${world.repository.fullName}/${path}`, {
    headers: { authorization },
  });
  return (await response.json()) as T;
}

export async function commentsOf(world: World, { number }: WorldPull): Promise<readonly string[]> {
  const found = await github<{ body: string }[]>(world, `issues/${number}/comments?per_page=100`);
  return found.map(({ body }) => body);
}

export interface PreviewRecord {
  readonly sha: string;
  /** That of its newest status. */
  readonly state: string;
}

/** GitHub's records of the preview, the newest first. */
export async function recordsOf(world: World, { number }: WorldPull): Promise<readonly PreviewRecord[]> {
  const records = await github<{ id: number; sha: string }[]>(world, `deployments?task=preview-pr-${number}`);
  return await Promise.all(
    records.map(async ({ id, sha }) => {
      const [newest] = await github<{ state: string }[]>(world, `deployments/${id}/statuses`);
      return { sha, state: newest?.state ?? 'pending' };
    }),
  );
}

/** Reads of Google Cloud, as the owner of the projects. */
export async function google<T>(world: World, path: string): Promise<T> {
  return await call<T>(world.emulator, 'GET', path);
}

export interface PreviewService {
  readonly labels: Readonly<Record<string, string>>;
  readonly template: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly serviceAccount: string;
    readonly containers: readonly {
      readonly image: string;
      readonly env?: readonly {
        readonly name: string;
        readonly value?: string;
        readonly valueSource?: { readonly secretKeyRef: { readonly secret: string } };
      }[];
    }[];
  };
  readonly latestReadyRevision: string;
  readonly latestCreatedRevision: string;
  readonly reconciling?: boolean;
  readonly trafficStatuses: readonly {
    readonly revision?: string;
    readonly percent?: number;
    readonly tag?: string;
  }[];
}

const runPath = `v2/projects/${shop.project}/locations/us-central1`;

export function serviceOf(world: World, name: string): Promise<PreviewService> {
  return google(world, `${runPath}/services/${name}`);
}

/** The release that a service's whole traffic goes to: the newest revision, ready, and no other beside it. */
export async function servedBy(world: World, name: string): Promise<string | undefined> {
  const service = await serviceOf(world, name);
  const { latestReadyRevision, latestCreatedRevision, trafficStatuses, reconciling } = service;
  expect(reconciling ?? false).toBe(false);
  expect(latestReadyRevision).toBe(latestCreatedRevision);
  const revision = latestReadyRevision.split('/').at(-1);
  const reached = trafficStatuses.map((one) => ({
    revision: one.revision ?? revision,
    percent: one.percent,
    tag: one.tag,
  }));
  expect(reached).toEqual([{ revision, percent: 100, tag: undefined }]);
  return service.template.labels?.release;
}

/** Tables of what was done, and of what Google remembers of things that are gone. */
const past = /^(operations|logging|run\.requests|run\.sequences|run\.deleted|iam\.deleted|github)/;

/** Everything on Google Cloud that bears the pull request's name, or lets something of that name in. */
export function tracesOf(emulator: Emulator, number: number): readonly string[] {
  const name = new RegExp(`pr[-_]${number}(?!\\d)`);
  return Object.entries(emulator.snapshot().tables)
    .filter(([kind]) => !past.test(kind))
    .flatMap(([kind, rows]) =>
      rows
        .filter(([key, value]) => name.test(key) || name.test(JSON.stringify(value)))
        .map(([key]) => `${kind} ${key}`),
    );
}

/**
 * What there is beside previews; their members in the project's policy do not count, nor that their deployer may build as
 * staging's builder, nor images and builds.
 */
export function withoutPreviews(world: World): Readonly<Record<string, unknown>> {
  const rows = Object.entries(comparable(world.emulator.snapshot())).filter(
    ([key]) =>
      !/pr-\d|_pr_\d|iam\.deleted|github|artifact|docker|cloudbuild|storage\.objects|identity|log/i.test(key),
  );
  return Object.fromEntries(rows.map(([key, value]) => [key, withoutMembers(value)]));
}

function withoutMembers(value: unknown): unknown {
  if (Array.isArray(value)) {
    const others = value.filter((item) => typeof item !== 'string' || !/pr-|:deployer-preview@/.test(item));
    return others.map(withoutMembers);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMembers(inner)]));
}
