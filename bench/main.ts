/**
 * Measures and prints; nothing is asserted, since the numbers are those of the machine. The ratios are what counts.
 * All of it, or the parts that are named: `npm run bench -- first-run provision`.
 */
import { benchDeploy } from './deploy.ts';
import { benchEmulator } from './emulator.ts';
import { benchFirstRun } from './first-run.ts';
import { benchGrowth } from './growth.ts';
import { benchPreview } from './preview.ts';
import { benchProvision } from './provision.ts';
import { shown } from './report.ts';
import { benchStart } from './start.ts';

const parts = new Map([
  ['start', benchStart],
  ['emulator', benchEmulator],
  ['growth', benchGrowth],
  ['provision', benchProvision],
  ['deploy', benchDeploy],
  ['first-run', benchFirstRun],
  ['preview', benchPreview],
]);
const named = process.argv.slice(2);
const unknown = named.find((name) => !parts.has(name));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${[...parts.keys()].join(', ')}.`);
  process.exit(2);
}
for (const [name, bench] of parts) {
  if (named.length === 0 || named.includes(name)) console.log(`\n${shown(await bench())}\n`);
}
