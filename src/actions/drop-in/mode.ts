import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../github/host.ts';
import { Failure } from '../../lib/failure.ts';
import { commonInputs } from '../common-inputs.ts';
import type { DropInInputs } from './inputs.ts';

/** Inputs that mean nothing beside a deployment file, which says the same things in a place of its own. */
const withoutFileOnly = [
  'job',
  'metadata',
  'source',
  'suffix',
  'env_vars',
  'env_vars_file',
  'secrets',
  'labels',
  'timeout',
  'flags',
  'wait',
  'update_traffic_flags',
] as const;

/** Inputs that mean nothing without a deployment file. */
interface FileInputs {
  readonly config: string;
  readonly environment: string | undefined;
  readonly release: string | undefined;
  readonly commit: string | undefined;
  readonly images: string | undefined;
  readonly traffic: 'shift' | 'hold';
  readonly smoke_test: 'auto' | 'always' | 'never';
}

/**
 * Whether the action works as deploy-cloudrun does: when `config` is empty, or when the file of the default name is
 * not there and nothing is asked for that only a file can answer. A file that is named and missing, or an environment
 * of one, is a forgotten checkout or a slip, and never silently the other mode. Throws INPUT_INVALID for inputs that
 * the mode has no use for: to pass over them would deploy something else than asked for.
 */
export function isDropIn(inputs: DropInInputs & FileInputs, host: Pick<Host, 'workspace'>): boolean {
  const forFile = fileOnly(inputs);
  if (inputs.config === '') {
    refuse(forFile, 'an empty config', 'Give the file as `config`, or leave these inputs out.');
    return true;
  }
  const isDefault = inputs.config === commonInputs.config.default;
  if (isDefault && forFile.length === 0 && !existsSync(join(host.workspace, inputs.config))) return true;
  const forDropIn = withoutFileOnly.filter((name) => inputs[name]);
  refuse(
    forDropIn,
    `the deployment file ${inputs.config}`,
    "Set it in the file; or, to deploy without the file as deploy-cloudrun does, add `config: ''` to this step.",
  );
  return false;
}

function fileOnly(inputs: FileInputs): readonly string[] {
  const { environment, release, commit, images, traffic, smoke_test } = inputs;
  return [
    ...(environment ? ['environment'] : []),
    ...(release ? ['release'] : []),
    ...(commit ? ['commit'] : []),
    ...(images ? ['images'] : []),
    ...(traffic === 'hold' ? ['traffic: hold'] : []),
    ...(smoke_test === 'auto' ? [] : [`smoke_test: ${smoke_test}`]),
  ];
}

function refuse(given: readonly string[], beside: string, next: string): void {
  if (given.length === 0) return;
  throw new Failure('INPUT_INVALID', `${given.join(', ')} cannot be given together with ${beside}.`, {
    next,
  });
}
