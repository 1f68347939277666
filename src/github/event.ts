import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Host } from './host.ts';

/** The pull request that a run is about, as its event tells. */
export interface EventPullRequest {
  readonly number: number;
  /** 40 hex digits. */
  readonly headSha: string;
  /** Whether its commits live in another repository, or in one that is gone: then no job gets a credential. */
  readonly fork: boolean;
  readonly draft: boolean;
  readonly labels: readonly string[];
  /** 40 hex digits. */
  readonly baseSha: string;
}

/** What this suite looks at of the event that started a run. https://docs.github.com/webhooks/webhook-events-and-payloads */
export interface RunEvent {
  /** For example `pull_request`; empty outside of GitHub Actions. */
  readonly name: string;
  /** For example `synchronize`. */
  readonly action?: string;
  readonly pullRequest?: EventPullRequest;
  /** Of `workflow_dispatch`, as text. */
  readonly inputs: Readonly<Record<string, string>>;
}

const repository = z.object({ id: z.number() }).nullable();
const payload = z.object({
  action: z.string().optional(),
  inputs: z.record(z.string(), z.coerce.string()).nullish(),
  pull_request: z
    .object({
      number: z.number(),
      draft: z.boolean().nullish(),
      labels: z.array(z.object({ name: z.string() })).default([]),
      head: z.object({ sha: z.string(), repo: repository }),
      base: z.object({ sha: z.string(), repo: repository }),
    })
    .optional(),
});

/** Reads the payload that the runner left. What is missing or not as GitHub writes it counts as not there. */
export async function readEvent(host: Pick<Host, 'environment'>): Promise<RunEvent> {
  const { GITHUB_EVENT_NAME: name = '', GITHUB_EVENT_PATH: file } = host.environment;
  const text = file ? await readFile(file, 'utf8').catch(() => '{}') : '{}';
  const { data } = payload.safeParse(JSON.parse(text || '{}'));
  const pull = data?.pull_request;
  return {
    name,
    ...(data?.action === undefined ? {} : { action: data.action }),
    inputs: data?.inputs ?? {},
    ...(pull === undefined
      ? {}
      : {
          pullRequest: {
            number: pull.number,
            headSha: pull.head.sha,
            baseSha: pull.base.sha,
            fork: pull.head.repo === null || pull.head.repo.id !== pull.base.repo?.id,
            draft: pull.draft === true,
            labels: pull.labels.map((label) => label.name),
          },
        }),
  };
}
