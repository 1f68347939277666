import { glob, stat } from 'node:fs/promises';
import { dirname, join, matchesGlob, relative, sep } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { StandIn, StandInStep } from './stand-in.ts';

/** `actions/upload-artifact` v4 and later. */
export const uploadArtifact: StandIn = {
  inputs: {
    name: { required: false, default: 'artifact' },
    path: { required: true },
    'if-no-files-found': { required: false, default: 'warn' },
    'retention-days': { required: false },
    'compression-level': { required: false },
    overwrite: { required: false, default: 'false' },
    'include-hidden-files': { required: false, default: 'false' },
  },
  run: async (step) => {
    const name = step.inputs.name ?? '';
    if (/["':<>|*?\r\n\\/]/.test(name)) throw fails(`The artifact name is not valid: ${name}`);
    const found = await search(step);
    if (found.length === 0) {
      reportNothing(step, step.inputs['if-no-files-found'] ?? 'warn');
      return;
    }
    if (step.artifacts.has(name) && step.inputs.overwrite !== 'true') {
      throw fails(
        `Failed to CreateArtifact: Received non-retryable error: (409) Conflict: an artifact with this name already exists on the workflow run: ${name}`,
      );
    }
    const root = commonFolder(found);
    await step.artifacts.put(name, new Map(found.map((file) => [relative(root, file), file])));
    step.log(`Artifact ${name} has been successfully uploaded: ${found.length} file(s)`);
    step.output('artifact-id', String(step.artifacts.names().indexOf(name) + 1));
  },
};

/** `actions/download-artifact` v4 and later, of the same run. */
export const downloadArtifact: StandIn = {
  inputs: {
    name: { required: false },
    path: { required: false },
    pattern: { required: false },
    'merge-multiple': { required: false, default: 'false' },
  },
  run: async (step) => {
    const folder = join(step.workspace, step.inputs.path ?? '');
    const { name = '', pattern = '' } = step.inputs;
    if (name !== '') {
      if (!step.artifacts.has(name)) {
        throw fails(`Unable to download artifact(s): Artifact not found for name: ${name}`);
      }
      await step.artifacts.get(name, folder);
    } else {
      const wanted = step.artifacts.names().filter((one) => pattern === '' || matchesGlob(one, pattern));
      for (const one of wanted) {
        await step.artifacts.get(one, step.inputs['merge-multiple'] === 'true' ? folder : join(folder, one));
      }
      step.log(`Total of ${wanted.length} artifact(s) downloaded`);
    }
    step.output('download-path', folder);
  },
};

async function search(step: StandInStep): Promise<readonly string[]> {
  const patterns = (step.inputs.path ?? '').split('\n').map((line) => line.trim());
  const found = new Set<string>();
  for (const pattern of patterns) {
    if (pattern === '') continue;
    const excluded = pattern.startsWith('!');
    const absolute = join(
      pattern.replace(/^!/, '').startsWith(sep) ? '' : step.workspace,
      pattern.replace(/^!/, ''),
    );
    for await (const match of glob([absolute, join(absolute, '**')])) {
      if (!(await stat(match)).isFile()) continue;
      if (excluded) found.delete(match);
      else if (step.inputs['include-hidden-files'] === 'true' || !isHidden(step, match)) found.add(match);
    }
  }
  return [...found].sort();
}

function isHidden(step: StandInStep, path: string): boolean {
  return relative(step.workspace, path)
    .split(sep)
    .some((part) => part.startsWith('.') && part !== '..');
}

/** A single file lies at the top of the artifact; several keep their paths below the folder that they share. */
function commonFolder(files: readonly string[]): string {
  const [first = ''] = files;
  let folder = dirname(first);
  while (!files.every((file) => file.startsWith(folder + sep)) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return folder;
}

function reportNothing(step: StandInStep, policy: string): void {
  const message = `No files were found with the provided path: ${step.inputs.path}. No artifacts will be uploaded.`;
  if (policy === 'error') throw fails(message);
  if (policy === 'ignore') step.log(message);
  else step.warn(message);
}

function fails(message: string): Failure {
  return new Failure('ARTIFACT_FAILED', message, { next: 'Correct the step.' });
}
