import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { oidcClaims } from '../workflow/contexts.ts';
import { asText, type Json, type Scope } from '../workflow/expressions.ts';
import { levelFor } from '../workflow/permissions.ts';
import { type JobState, type StepsFrame, statusOf } from './job-state.ts';

/** What the expressions of a step see. `env` is complete: of the job, of the frame and of the step. */
export function stepScope(
  job: JobState,
  frame: StepsFrame,
  env: Readonly<Record<string, string>>,
): Scope & { readonly contexts: Readonly<Record<string, Json>> } {
  const status = statusOf(job, frame.failed);
  const inWords = status.cancelled ? 'cancelled' : status.failure ? 'failure' : 'success';
  return {
    contexts: {
      ...frame.contexts,
      github: { ...mapping(frame.contexts.github), workspace: job.workspace, event_path: job.eventFile },
      job: { ...mapping(frame.contexts.job), status: inWords },
      runner: runnerContext(job),
      env: { ...env },
      steps: Object.fromEntries(Object.entries(frame.results).map(([id, result]) => [id, { ...result }])),
    },
    status,
    workspace: job.workspace,
  };
}

function runnerContext(job: JobState): Record<string, Json> {
  return {
    name: 'GitHub Actions 1',
    os: 'Linux',
    arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
    environment: 'github-hosted',
    temp: job.temp,
    tool_cache: `${job.settings.folder}/tool-cache`,
    debug: '',
  };
}

/**
 * The environment of a step's process: what a runner gives and nothing of this machine, so that a rehearsal does
 * not pass because of a variable that GitHub's runners do not have.
 * https://docs.github.com/actions/reference/variables-reference#default-environment-variables
 */
export function processEnvironment(
  job: JobState,
  scope: Scope,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const github = mapping(scope.contexts.github);
  const runner = mapping(scope.contexts.runner);
  return {
    ...job.settings.environment,
    ...env,
    CI: 'true',
    HOME: `${job.settings.folder}/home`,
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    PATH: [...job.path, job.settings.tools, dirname(process.execPath), process.env.PATH ?? ''].join(
      delimiter,
    ),
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(
      Object.entries(github)
        .filter(([name, value]) => name !== 'token' && (value === null || typeof value !== 'object'))
        .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, asText(value)]),
    ),
    ...Object.fromEntries(
      Object.entries(runner)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, asText(value)]),
    ),
    ...oidcEnvironment(job),
  };
}

/** Present only with `id-token: write`, granted by every caller. */
function oidcEnvironment(job: JobState): Record<string, string> {
  const { oidc } = job.settings;
  const { permissions, contexts, environment } = job.assignment;
  if (oidc === undefined || levelFor(permissions, 'id-token') !== 'write') return {};
  const claims = oidcClaims(mapping(contexts.github), mapping(contexts.job), environment);
  const token = oidc.issueRequestToken(claims);
  job.masks.add(token);
  return { ACTIONS_ID_TOKEN_REQUEST_URL: oidc.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token };
}

function mapping(value: Json | undefined): Readonly<Record<string, Json>> {
  return value === null || typeof value !== 'object' || Array.isArray(value)
    ? {}
    : (value as Readonly<Record<string, Json>>);
}
