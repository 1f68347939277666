import type { Host } from '../github/host.ts';
import type { InputSpecs, Inputs } from '../github/inputs.ts';
import type { Action, Outputs } from '../github/run-action.ts';
import { explainGoogle } from '../google/denied.ts';
import type { commonInputs } from './common-inputs.ts';

/** An action whose failures are worded for the person who has to mend them. */
export function defineAction<Specs extends InputSpecs & typeof commonInputs>(action: {
  readonly description: string;
  readonly inputs: Specs;
  readonly outputs: Readonly<Record<string, string>>;
  readonly run: (inputs: Inputs<Specs>, host: Host) => Promise<Outputs>;
}): Action {
  return {
    description: action.description,
    inputs: action.inputs,
    outputs: action.outputs,
    run: async (inputs, host) => {
      const given = inputs as Inputs<Specs>;
      try {
        return await action.run(given, host);
      } catch (error) {
        const { principal, project = 'PROJECT' } = host.caller;
        throw explainGoogle(error, { principal, project });
      }
    },
  };
}
