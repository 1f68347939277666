/** Measures and prints; nothing is asserted, since the numbers are those of the machine. The ratios are what counts. */
import { benchEmulator } from './emulator.ts';
import { shown } from './report.ts';

for (const bench of [benchEmulator]) console.log(`\n${shown(await bench())}\n`);
