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

/**
 * Whether the action works as deploy-cloudrun does: when `config` is empty, or when it is not given and there is no
 * file of the default name. A file that is named and missing is a mistake, and never silently the other mode.
 */
export function isDropIn(inputs: Pick<DropInInputs, 'config'>, host: Pick<Host, 'workspace'>): boolean {
  if (inputs.config === '') return true;
  return inputs.config === commonInputs.config.default && !existsSync(join(host.workspace, inputs.config));
}

/** Throws INPUT_INVALID for inputs of the other mode: to pass over them would deploy something else than asked for. */
export function refuseDropInInputs(
  inputs: Pick<DropInInputs, 'config' | (typeof withoutFileOnly)[number]>,
): void {
  const given = withoutFileOnly.filter((name) => inputs[name]);
  if (given.length === 0) return;
  throw new Failure('INPUT_INVALID', `${given.join(', ')} cannot be given together with ${inputs.config}.`, {
    next: "Set it in the file; or, to deploy without the file as deploy-cloudrun does, add `config: ''` to this step.",
  });
}
