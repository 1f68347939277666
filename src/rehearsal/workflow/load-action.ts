import { Failure } from '../../lib/failure.ts';
import { readSteps } from './load.ts';
import type { ActionManifest } from './model.ts';
import { actionParser, workflowParser } from './packages.ts';
import { tokenReader } from './tokens.ts';

/** ErrorPolicy.TryConversion of the parser. */
const tryConversion = 1;

/**
 * Reads an action.yml with GitHub's parser. `file` is used in messages.
 * Throws Failure ACTION_INVALID with every problem.
 */
export async function loadAction(file: string, content: string): Promise<ActionManifest> {
  const parser = await actionParser();
  const { NoOperationTraceWriter } = await workflowParser();
  const parsed = parser.parseAction({ name: file, content }, new NoOperationTraceWriter());
  const root = parsed.value;
  const template =
    root === undefined
      ? undefined
      : parser.convertActionTemplate(parsed.context, root, { errorPolicy: tryConversion });
  const errors = parsed.context.errors.getErrors();
  if (errors.length > 0 || root === undefined || template === undefined) {
    throw new Failure('ACTION_INVALID', `${file} has ${errors.length} problem(s)`, {
      next: 'Correct the action.',
      details: errors.map((error) => `${file}:${error.range?.start.line ?? 1}: ${error.rawMessage}`),
    });
  }
  const reader = await tokenReader(file);
  const inputs = Object.fromEntries(
    reader.pairs(reader.child(root, 'inputs')).map(([name, input]) => {
      const initial = reader.child(input, 'default');
      const required = reader.tree(reader.child(input, 'required')) === true;
      return [name, { required, ...(initial === undefined ? {} : { default: reader.tree(initial) }) }];
    }),
  );
  const { runs } = template;
  if (runs.using === 'docker') {
    throw new Failure('ACTION_UNSUPPORTED', `${file}: container actions are not rehearsed`, {
      next: 'Leave the step out of what is rehearsed.',
    });
  }
  if (runs.using === 'composite') {
    const steps = reader.child(reader.child(root, 'runs'), 'steps');
    const outputs = reader
      .pairs(reader.child(root, 'outputs'))
      .map(([name, output]) => [name, reader.tree(reader.child(output, 'value'))] as const);
    return {
      name: template.name,
      inputs,
      runs: {
        kind: 'composite',
        steps: readSteps(reader, runs.steps, reader.items(steps)),
        outputs: Object.fromEntries(outputs),
      },
    };
  }
  return {
    name: template.name,
    inputs,
    runs: {
      kind: 'node',
      using: runs.using,
      main: runs.main,
      ...(runs.pre === undefined ? {} : { pre: runs.pre }),
      preIf: runs.preIf ?? 'always()',
      ...(runs.post === undefined ? {} : { post: runs.post }),
      postIf: runs.postIf ?? 'always()',
    },
  };
}
