import { glob, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ActionsMetadataProvider } from '@actions/languageservice';
import type { FileProvider } from '@actions/workflow-parser/workflows/file-provider';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Failure } from '../src/lib/failure.ts';
import { standIns } from '../src/rehearsal/stand-ins/registry.ts';
import { WorkflowLibrary } from '../src/rehearsal/workflow/called.ts';
import { loadAction } from '../src/rehearsal/workflow/load-action.ts';
import { languageService } from '../src/rehearsal/workflow/packages.ts';
import { Repositories, type Repository } from '../src/rehearsal/workflow/repositories.ts';
import { checkCallInputs, checkScripts, checkUses, checkWorkflow, type Problem } from './workflow-rules.ts';

/** The repository of this suite, under the name that callers use. */
const suiteName = 'org/aethercast-deploy';

/** Inputs of further actions that our own workflows use. Those of the stand-ins are known already. */
const otherActions: Readonly<Record<string, readonly string[]>> = {
  'actions/setup-node': ['node-version', 'node-version-file', 'cache', 'check-latest', 'registry-url'],
  'actions/attest-build-provenance': ['subject-path', 'subject-digest', 'subject-name', 'push-to-registry'],
  'actions/github-script': ['script', 'github-token', 'result-encoding'],
};

const checked = [
  '.github/workflows/*.{yml,yaml}',
  'examples/**/.github/workflows/*.{yml,yaml}',
  'actions/*/action.{yml,yaml}',
];

/**
 * Checks all workflow and action files below a folder with GitHub's language service and the rules of
 * workflow-rules.ts. Each problem is `file:line: message`.
 */
async function checkFolder(folder: string): Promise<readonly string[]> {
  const problems: string[] = [];
  for await (const file of glob(checked, { cwd: folder })) {
    const found = await checkFile(folder, file);
    problems.push(...found.map(({ line, message }) => `${file}:${line}: ${message}`));
  }
  return problems.sort();
}

async function checkFile(folder: string, file: string): Promise<Problem[]> {
  const text = await readFile(join(folder, file), 'utf8');
  const suite: Repository = { name: suiteName, folder, ref: 'refs/heads/main', sha: '0'.repeat(40) };
  // A workflow of an example belongs to the repository that the example's folder would be.
  const root = file.includes('.github/') ? posix.join(file.split('.github/')[0] ?? '') : './';
  const own: Repository =
    root === './' ? suite : { ...suite, name: 'org/example', folder: join(folder, root) };
  const repositories = new Repositories([suite, own]);
  const diagnostics = await validate(file, text, own, repositories);
  const uses = checkUses(text, (repository) => repository === suiteName);
  // A file that GitHub refuses cannot be read for the other rules; its problems are in the diagnostics.
  if (diagnostics.length > 0) return [...diagnostics, ...uses];
  try {
    return [...uses, ...(await ownRules(file, text, own, repositories))];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [...uses, { line: 1, message: [error.message, ...error.details].join('; ') }];
  }
}

async function validate(
  file: string,
  text: string,
  own: Repository,
  repositories: Repositories,
): Promise<Problem[]> {
  const service = await languageService();
  // The service keeps what it has parsed by URI: the absolute path is different for each file.
  const uri = pathToFileURL(join(own.folder, file)).href;
  const diagnostics = await service.validate(TextDocument.create(uri, 'yaml', 0, text), {
    fileProvider: fileProvider(own, repositories),
    actionsMetadataProvider: metadataProvider(repositories),
  });
  return diagnostics.map(({ range, message }) => ({
    line: range.start.line + 1,
    message: typeof message === 'string' ? message : message.value,
  }));
}

function fileProvider(own: Repository, repositories: Repositories): FileProvider {
  return {
    getFileContent: async (reference) => {
      const repository =
        'repository' in reference ? repositories.find(`${reference.owner}/${reference.repository}`) : own;
      if (repository === undefined) throw new Error('the repository is not known');
      const content = await readFile(join(repository.folder, reference.path), 'utf8');
      return { name: `${repository.name}/${reference.path}`, content };
    },
  };
}

function metadataProvider(repositories: Repositories): ActionsMetadataProvider {
  return {
    fetchActionMetadata: async ({ owner, name, path }) => {
      const repository = repositories.find(`${owner}/${name}`);
      const inputs =
        repository === undefined
          ? knownInputs(`${owner}/${name}`)
          : (await readAction(repository, path ?? '')).inputs;
      if (inputs === undefined) return undefined;
      const described = Object.entries(inputs).map(([id, input]) => [id, { description: id, ...input }]);
      return { name, description: name, inputs: Object.fromEntries(described) };
    },
  };
}

async function readAction(
  repository: Repository,
  path: string,
): Promise<{ inputs: Readonly<Record<string, { required: boolean; default?: string }>> }> {
  const file = posix.join(path, 'action.yml');
  const manifest = await loadAction(file, await readFile(join(repository.folder, file), 'utf8'));
  const inputs = Object.entries(manifest.inputs).map(([name, input]) => [
    name,
    { required: input.required, ...(input.default === undefined ? {} : { default: String(input.default) }) },
  ]);
  return { inputs: Object.fromEntries(inputs) };
}

function knownInputs(
  action: string,
): Readonly<Record<string, { required: boolean; default?: string }>> | undefined {
  const standIn = standIns.get(action.toLowerCase());
  const names = standIn === undefined ? otherActions[action] : Object.keys(standIn.inputs);
  if (names === undefined) return undefined;
  return Object.fromEntries(
    names.map((name) => {
      const input = standIn?.inputs[name];
      const initial = input?.default === undefined ? {} : { default: String(input.default) };
      return [name, { required: input?.required ?? false, ...initial }];
    }),
  );
}

async function ownRules(
  file: string,
  text: string,
  own: Repository,
  repositories: Repositories,
): Promise<Problem[]> {
  if (!file.includes('.github/')) {
    const { runs } = await loadAction(file, text);
    return runs.kind === 'composite' ? checkScripts(runs.steps) : [];
  }
  const library = new WorkflowLibrary(repositories);
  const path = file.slice(file.indexOf('.github/'));
  const located = await library.load(own, path);
  // Granted to the started workflow by nobody; a reusable one is checked where it is called.
  if (located.workflow.call === undefined) await library.check(located);
  const calls = located.workflow.jobs.filter((job) => job.kind === 'call');
  const inputs = await Promise.all(
    calls.map(async (job) => {
      const { workflow } = await library.called(job, own);
      return checkCallInputs(job.with, workflow.call?.inputs ?? {}, job.place.line);
    }),
  );
  return [...checkWorkflow(located.workflow), ...inputs.flat()];
}

const problems = await checkFolder(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
