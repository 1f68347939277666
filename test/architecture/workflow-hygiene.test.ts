import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkUses } from '../../scripts/workflow-rules.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Concurrency {
  readonly group?: string;
  readonly 'cancel-in-progress'?: unknown;
  readonly queue?: string;
}

interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string | { readonly deployment?: unknown };
  readonly concurrency?: string | Concurrency;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>> | string | readonly string[];
  readonly permissions?: object;
  readonly concurrency?: string | Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const shipped = globSync('.github/workflows/*.yml');
const copied = globSync('examples/*/.github/workflows/*.yml');
const workflows = [...shipped, ...copied].sort().map((file) => {
  const text = readFileSync(file, 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});

test('there are workflows to look at: those that ship and those that people copy', () => {
  expect(shipped.length).toBeGreaterThan(1);
  expect(copied.length).toBeGreaterThan(1);
});

describe.each(workflows)('$file', ({ file, text, workflow }) => {
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, { steps: own = [] }]) => own);
  const concurrencies = [workflow.concurrency, ...jobs.map(([, job]) => job.concurrency)].flatMap((one) =>
    one === undefined ? [] : typeof one === 'string' ? [{ group: one }] : [one],
  );

  test('gives nothing at the top, and each job says what it needs', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.filter(([, job]) => job.permissions === undefined).map(([id]) => id)).toEqual([]);
  });

  test('lets a job ask for an identity only where something of Google Cloud is used', () => {
    const idle = jobs.filter(
      ([, job]) =>
        job.permissions?.['id-token'] === 'write' &&
        job.uses === undefined &&
        !job.steps?.some(({ uses = '' }) =>
          /^(\$\/|org\/aethercast-deploy\/|google-github-actions\/auth)/.test(uses),
        ),
    );
    expect(idle.map(([id]) => id)).toEqual([]);
  });

  test('ends every job in time', () => {
    const endless = jobs.filter(([, job]) => job.uses === undefined && job['timeout-minutes'] === undefined);
    expect(endless.map(([id]) => id)).toEqual([]);
  });

  test('pins what is not ours to a commit, with its version beside it', () => {
    expect(checkUses(text, (repository) => repository === 'org/aethercast-deploy')).toEqual([]);
    if (!file.startsWith('examples/')) expect(text).not.toMatch(/uses: org\/aethercast-deploy/);
  });

  test('puts no expression into a script', () => {
    expect(steps.filter(({ run }) => run?.includes(`$\{{`))).toEqual([]);
  });

  test('leaves no token behind in the checkout', () => {
    const leaving = steps.filter(
      (step) => step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false,
    );
    expect(leaving).toEqual([]);
  });

  test('checks nothing out where a stranger has started it with rights of ours', () => {
    if (!/^\s*pull_request_target:/m.test(text)) return;
    expect(steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))).toEqual([]);
  });

  test('names its concurrency groups so that caller and called workflow never meet in one', () => {
    for (const { group = '', queue, 'cancel-in-progress': cancels } of concurrencies) {
      expect(group).not.toMatch(/github\.workflow\b/);
      if (queue === 'max') expect(cancels).not.toBe(true);
    }
  });

  test('records deployments itself, and not a second time by naming an environment', () => {
    const recording = jobs.filter(
      ([, { environment }]) =>
        environment !== undefined && (typeof environment === 'string' || environment.deployment !== false),
    );
    expect(recording.map(([id]) => id)).toEqual([]);
  });
});

/** The callers of the first page, by name. */
const shown = [...readFileSync('README.md', 'utf8').matchAll(/```yaml\n(name: [\s\S]*?)```/g)]
  .map(([, text = '']) => parse(text) as Workflow & { readonly name: string })
  .filter(({ on }) => on !== undefined);

test('the first page shows every caller', () => {
  expect(shown.map(({ name }) => name).sort()).toEqual(['Cleanup', 'Deploy', 'Plan', 'Preview', 'Promote']);
});

test.each(shown)('$name on the first page is the one of the example', (caller) => {
  const file = `examples/aethercast/.github/workflows/${caller.name.toLowerCase()}.yml`;
  const example = parse(readFileSync(file, 'utf8')) as typeof caller;
  const [job] = Object.values(caller.jobs);
  const [copied] = Object.values(example.jobs);
  expect(job?.uses).toBe(copied?.uses);
  expect(job?.permissions).toEqual(copied?.permissions);
  expect(caller.permissions).toEqual(example.permissions);
  // The first page deploys one environment; the example lets a person choose.
  if (caller.name !== 'Deploy') expect(caller.on).toEqual(example.on);
});
