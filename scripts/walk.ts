/**
 * Provisions the Aethercast estate once for every request of its first run and every mishap, that request being struck,
 * then once more, and says what came of it. Seven walks take up to an hour on a busy machine, so the tests do the kills
 * alone; `npm run walk -- kill` or `-- 503` for one kind.
 */
import { aethercast, mishaps, walk } from '../test/support/walk.ts';

const named = process.argv.slice(2);
const chosen = [...mishaps].filter(
  ([name]) => named.length === 0 || named.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  console.error(`There is no such mishap; there are ${[...mishaps.keys()].join(', ')}.`);
  process.exit(2);
}
for (const [name, mishap] of chosen) {
  const started = performance.now();
  const { requests, healed, failed, missed, broken } = await walk(mishap, aethercast);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${name.padEnd(12)} ${requests} requests struck: ${healed} runs healed, ${failed} failed, ${broken.length} not repaired by the next, ${missed.length} never struck (${seconds} s)`,
  );
  for (const line of [...broken, ...missed.map((request) => `never struck: ${request}`)])
    console.log(`  ${line}`);
  if (broken.length + missed.length > 0) process.exitCode = 1;
}
