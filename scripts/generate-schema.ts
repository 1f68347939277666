/**
 * Writes schema/deploy.schema.json and docs/deploy-yaml.md from the zod schema.
 * With --check it writes nothing, and exits with 1 when one of the two is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describedSchema, editorSchema } from '../src/config/json-schema.ts';
import { keyTables } from '../src/config/key-tables.ts';
import { deployYamlPage } from './deploy-yaml-page.ts';

const files = [
  { path: 'schema/deploy.schema.json', text: `${JSON.stringify(editorSchema(), null, 2)}\n` },
  { path: 'docs/deploy-yaml.md', text: deployYamlPage(keyTables(describedSchema())) },
].map(({ path, text }) => ({
  path,
  text,
  location: fileURLToPath(new URL(`../${path}`, import.meta.url)),
}));

function current(location: string): string | undefined {
  try {
    return readFileSync(location, 'utf8');
  } catch {
    return undefined;
  }
}

const stale = files.filter(({ location, text }) => current(location) !== text);
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is stale: run node scripts/generate-schema.ts`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const { path, location, text } of stale) {
    writeFileSync(location, text);
    console.log(`wrote ${path}`);
  }
}
