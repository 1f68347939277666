import type { Step as ParsedStep, WorkflowJob } from '@actions/workflow-parser/model/workflow-template';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import type { FileProvider } from '@actions/workflow-parser/workflows/file-provider';
import { Failure } from '../../lib/failure.ts';
import {
  Expression,
  type InputDefinition,
  type Job,
  type Step,
  type Tree,
  type Trigger,
  type Workflow,
} from './model.ts';
import { workflowParser } from './packages.ts';
import { readPermissions } from './permissions.ts';
import { parseUses, type Repositories, type Repository, readRepositoryFile } from './repositories.ts';
import { type TokenReader, tokenReader } from './tokens.ts';

// The numbers of ErrorPolicy.TryConversion and the only depth beside 0 that the parser knows.
const tryConversion = 1;
const checkCalls = 1;

/**
 * Reads a workflow file with GitHub's parser, which checks it against GitHub's schema and checks the inputs and
 * secrets of the workflows that it calls.
 * Throws Failure WORKFLOW_INVALID with every problem as `file:line:column: message`.
 */
export async function loadWorkflow(
  repository: Repository,
  file: string,
  repositories: Repositories,
): Promise<Workflow> {
  const parser = await workflowParser();
  const content = await readRepositoryFile(repository, file);
  const parsed = parser.parseWorkflow({ name: file, content }, new parser.NoOperationTraceWriter());
  const root = parsed.value;
  const template =
    root === undefined
      ? undefined
      : await parser.convertWorkflowTemplate(parsed.context, root, provider(repository, repositories), {
          errorPolicy: tryConversion,
          fetchReusableWorkflowDepth: checkCalls,
        });
  const errors = parsed.context.errors.getErrors();
  if (errors.length > 0 || root === undefined || template === undefined) {
    throw new Failure('WORKFLOW_INVALID', `${file} has ${errors.length} problem(s)`, {
      next: 'Correct the workflow file.',
      details: errors.map((error) => {
        const start = error.range?.start;
        return `${file}${start ? `:${start.line}:${start.column}` : ''}: ${error.rawMessage}`;
      }),
    });
  }
  const reader = await tokenReader(file);
  const jobs = reader.child(root, 'jobs');
  const defaults = reader.child(root, 'defaults');
  const permissions = reader.child(root, 'permissions');
  const call = readCall(reader, root);
  const triggers = readTriggers(reader, reader.child(root, 'on'));
  return {
    file,
    name: text(reader.tree(reader.child(root, 'name'))) ?? file,
    events: new Set(triggers.keys()),
    triggers,
    dispatchInputs: readInputs(
      reader,
      reader.child(reader.child(reader.child(root, 'on'), 'workflow_dispatch'), 'inputs'),
    ),
    ...(call === undefined ? {} : { call }),
    env: reader.tree(reader.child(root, 'env')),
    ...(permissions === undefined ? {} : { permissions: readPermissions(reader.tree(permissions)) }),
    concurrency: reader.tree(reader.child(root, 'concurrency')),
    jobs: template.jobs.map((job) => readJob(reader, job, reader.child(jobs, job.id.value), defaults)),
  };
}

/** Lets the parser look into the workflows that are called. */
function provider(repository: Repository, repositories: Repositories): FileProvider {
  return {
    getFileContent: async (reference) => {
      const uses =
        'repository' in reference
          ? `${reference.owner}/${reference.repository}/${reference.path}@${reference.version}`
          : `./${reference.path}`;
      const found = repositories.locate(parseUses(uses, 'job'), repository);
      if (found === undefined) throw new Error(`no such repository: ${uses}`);
      return { name: uses, content: await readRepositoryFile(found.repository, found.path) };
    },
  };
}

function readTriggers(reader: TokenReader, on: TemplateToken | undefined): ReadonlyMap<string, Trigger> {
  const written = reader.tree(on);
  const all: Trigger = { crons: [] };
  if (typeof written === 'string') return new Map([[written, all]]);
  if (Array.isArray(written)) return new Map(written.map((name) => [String(name), all]));
  return new Map(reader.pairs(on).map(([name, filters]) => [name, readTrigger(reader, filters)]));
}

function readTrigger(reader: TokenReader, filters: TemplateToken): Trigger {
  const list = (key: string): readonly string[] | undefined => {
    const value = reader.tree(reader.child(filters, key));
    if (value === null) return undefined;
    return Array.isArray(value) ? value.map(String) : [String(value)];
  };
  const read = {
    types: list('types'),
    branches: list('branches'),
    branchesIgnore: list('branches-ignore'),
    tags: list('tags'),
    tagsIgnore: list('tags-ignore'),
    paths: list('paths'),
    pathsIgnore: list('paths-ignore'),
  };
  const given = Object.entries(read).filter(([, value]) => value !== undefined);
  const crons = reader.items(filters).map((item) => String(reader.tree(reader.child(item, 'cron'))));
  return { ...(Object.fromEntries(given) as Omit<Trigger, 'crons'>), crons };
}

function readCall(reader: TokenReader, root: TemplateToken): Workflow['call'] {
  const call = reader.pairs(reader.child(root, 'on')).find(([name]) => name === 'workflow_call')?.[1];
  if (call === undefined) return undefined;
  return {
    inputs: readInputs(reader, reader.child(call, 'inputs')),
    secrets: Object.fromEntries(
      reader
        .pairs(reader.child(call, 'secrets'))
        .map(([name, secret]) => [
          name,
          { required: reader.tree(reader.child(secret, 'required')) === true },
        ]),
    ),
    outputs: Object.fromEntries(
      reader
        .pairs(reader.child(call, 'outputs'))
        .map(([name, output]) => [name, reader.tree(reader.child(output, 'value'))]),
    ),
  };
}

function readInputs(
  reader: TokenReader,
  inputs: TemplateToken | undefined,
): Readonly<Record<string, InputDefinition>> {
  return Object.fromEntries(
    reader.pairs(inputs).map(([name, input]) => {
      const initial = reader.child(input, 'default');
      return [
        name,
        {
          type: inputType(reader.tree(reader.child(input, 'type'))),
          required: reader.tree(reader.child(input, 'required')) === true,
          ...(initial === undefined ? {} : { default: reader.tree(initial) }),
          options: reader.items(reader.child(input, 'options')).map(String),
        },
      ];
    }),
  );
}

function inputType(type: Tree): InputDefinition['type'] {
  switch (type) {
    case 'number':
    case 'boolean':
    case 'choice':
    case 'environment':
      return type;
    default:
      return 'string';
  }
}

function readJob(
  reader: TokenReader,
  job: WorkflowJob,
  raw: TemplateToken | undefined,
  workflowDefaults: TemplateToken | undefined,
): Job {
  const at = (key: string): Tree => reader.tree(reader.child(raw, key));
  const permissions = reader.child(raw, 'permissions');
  const place = reader.place(job.id);
  const base = {
    id: job.id.value,
    name: at('name'),
    needs: (job.needs ?? []).map((need) => need.value),
    if: new Expression(job.if.expression, placeOf(reader, reader.child(raw, 'if'), place)),
    ...(permissions === undefined ? {} : { permissions: readPermissions(reader.tree(permissions)) }),
    strategy: at('strategy'),
    concurrency: at('concurrency'),
    place,
  };
  if (job.type === 'reusableWorkflowJob') {
    return {
      ...base,
      kind: 'call',
      uses: job.ref.value,
      with: reader.record(reader.child(raw, 'with')),
      secrets: job['inherit-secrets'] === true ? 'inherit' : reader.record(reader.child(raw, 'secrets')),
    };
  }
  for (const key of ['container', 'services', 'snapshot']) {
    if (reader.child(raw, key) === undefined) continue;
    throw new Failure('WORKFLOW_UNSUPPORTED', `${place.file}:${place.line}: ${key}: is not rehearsed`, {
      next: 'Rehearsals run jobs directly on this machine: leave containers out of the workflow.',
    });
  }
  const machine = at('runs-on');
  if (typeof machine === 'string' && /^(windows|macos)-/.test(machine)) {
    throw new Failure(
      'WORKFLOW_UNSUPPORTED',
      `${place.file}:${place.line}: runs-on: ${machine} is not rehearsed`,
      {
        next: 'Rehearsals run jobs as on ubuntu-latest.',
      },
    );
  }
  const rawSteps = reader.items(reader.child(raw, 'steps'));
  const runDefault = (key: string): Tree =>
    [reader.child(raw, 'defaults'), workflowDefaults]
      .map((defaults) => reader.tree(reader.child(reader.child(defaults, 'run'), key)))
      .find((value) => value !== null) ?? null;
  return {
    ...base,
    kind: 'steps',
    env: at('env'),
    environment: at('environment'),
    outputs: reader.record(reader.child(raw, 'outputs')),
    defaults: { shell: runDefault('shell'), workingDirectory: runDefault('working-directory') },
    timeoutMinutes: at('timeout-minutes'),
    continueOnError: at('continue-on-error'),
    steps: readSteps(reader, job.steps, rawSteps),
  };
}

/** `parsed` has ids and conditions, `raw` has what the parser's model leaves out; both are in the file's order. */
export function readSteps(
  reader: TokenReader,
  parsed: readonly ParsedStep[],
  raw: readonly TemplateToken[],
): readonly Step[] {
  return raw.map((token, index) => {
    const step = parsed[index];
    const place = reader.place(token);
    if (step === undefined || !('run' in step || 'uses' in step)) {
      throw new Failure('WORKFLOW_UNSUPPORTED', `${place.file}:${place.line}: a step has uses: or run:`, {
        next: 'Other kinds of steps are previews of GitHub and are not rehearsed.',
      });
    }
    const at = (key: string): Tree => reader.tree(reader.child(token, key));
    const base = {
      id: step.id,
      name: at('name'),
      if: new Expression(step.if.expression, placeOf(reader, reader.child(token, 'if'), place)),
      env: at('env'),
      continueOnError: at('continue-on-error'),
      timeoutMinutes: at('timeout-minutes'),
      place,
    };
    return 'uses' in step
      ? { ...base, kind: 'uses', uses: step.uses.value, with: reader.record(reader.child(token, 'with')) }
      : {
          ...base,
          kind: 'run',
          run: at('run'),
          shell: at('shell'),
          workingDirectory: at('working-directory'),
        };
  });
}

function placeOf<P>(
  reader: TokenReader,
  token: TemplateToken | undefined,
  otherwise: P,
): P | Expression['place'] {
  return token === undefined ? otherwise : reader.place(token);
}

function text(tree: Tree): string | undefined {
  return typeof tree === 'string' ? tree : undefined;
}
