/** Measures and prints; nothing is asserted, since the numbers are those of the machine. The ratios are what counts. */
import { benchEmulator } from './emulator.ts';
import { benchGrowth } from './growth.ts';
import { benchProvision } from './provision.ts';
import { shown } from './report.ts';
import { benchStart } from './start.ts';

for (const bench of [benchStart, benchEmulator, benchGrowth, benchProvision])
  console.log(`\n${shown(await bench())}\n`);
