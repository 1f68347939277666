/** Writes actions/<name>/action.yml and the tables of its README from the action's own specification. */
import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { Action } from '../src/github/run-action.ts';
import { table } from '../src/report/markdown.ts';
import { actionNames } from './action-names.ts';
import { writeOrCheck } from './generated.ts';

const files: Record<string, string> = {};
for (const name of actionNames) {
  const { action } = (await import(`../src/actions/${name}.ts`)) as { action: Action };
  files[`actions/${name}/action.yml`] = manifest(name, action);
  const readme = `actions/${name}/README.md`;
  files[readme] = withTables(readme, await readFile(readme, 'utf8'), action);
}
await writeOrCheck(files, 'npm run generate');

function manifest(name: string, action: Action): string {
  const inputs = Object.entries(action.inputs).map(
    ([input, { description, default: fallback, required }]) => [
      input,
      { description, required, ...(fallback === undefined ? {} : { default: fallback }) },
    ],
  );
  const outputs = Object.entries(action.outputs).map(([output, description]) => [output, { description }]);
  const content = {
    name: `aethercast-deploy: ${name}`,
    description: action.description,
    author: 'the aethercast-deploy maintainers',
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    runs: { using: 'node24', main: 'dist/index.js' },
    branding: { icon: 'upload-cloud', color: 'blue' },
  };
  return `# Generated from src/actions/${name}.ts by \`npm run generate\`.\n${stringify(content, { lineWidth: 110 })}`;
}

function withTables(path: string, readme: string, action: Action): string {
  const inputs = Object.entries(action.inputs).map(([name, input]) => [
    `\`${name}\``,
    input.description,
    input.required ? 'required' : input.default ? `\`${input.default}\`` : '',
  ]);
  const outputs = Object.entries(action.outputs).map(([name, description]) => [`\`${name}\``, description]);
  return replaceBetween(
    path,
    replaceBetween(path, readme, 'inputs', table(['input', 'what it is', 'default'], inputs)),
    'outputs',
    table(['output', 'what it is'], outputs),
  );
}

function replaceBetween(path: string, text: string, marker: string, content: string): string {
  const [start, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} lacks ${start} ... ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}
