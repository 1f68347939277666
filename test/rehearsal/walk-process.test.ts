import { expect, test } from 'vitest';
import { type ActionRunner, actionRunner } from '../support/action.ts';
import { comparable, noServer } from '../support/estate.ts';
import { type Gate, gateBefore } from '../support/gate.ts';
import { aethercast, differing } from '../support/walk.ts';

const samples = 12;
const inputs = {
  environment: 'staging',
  secret_env: Object.entries(aethercast.values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n'),
};

function start(): Promise<ActionRunner> {
  return actionRunner('examples/aethercast', aethercast.project, { postgres: noServer });
}

/** What a first run that nothing disturbs makes, and with how many requests, those for tokens among them. */
async function undisturbed() {
  await using runner = await start();
  await using gate = await gateBefore(runner.emulator);
  const run = await runner.run('provision', inputs, { environment: gate.environment });
  expect(run, run.log).toMatchObject({ code: 0 });
  return { state: comparable(runner.emulator.snapshot()), requests: gate.count };
}

/** Kills the first run's process at that request; there is no handler that could tidy anything up. */
async function killedAt(runner: ActionRunner, nth: number, effect: 'before' | 'after'): Promise<number> {
  let kill = (): void => undefined;
  await using gate: Gate = await gateBefore(runner.emulator, { nth, effect, call: () => kill() });
  const run = await runner.run('provision', inputs, {
    environment: gate.environment,
    onStart: (child) => {
      kill = () => child.kill('SIGKILL');
    },
  });
  await gate.idle();
  return run.code;
}

test('a process of the bundle that is killed at a request leaves what the next run finishes', async () => {
  const { state: expected, requests } = await undisturbed();
  expect(requests).toBeGreaterThan(100);
  for (let sample = 0; sample < samples; sample++) {
    const nth = Math.round(((sample + 0.5) * requests) / samples);
    const effect = sample % 2 === 0 ? 'before' : 'after';
    await using runner = await start();
    expect(await killedAt(runner, nth, effect), `killed ${effect} request ${nth}`).toBe(-1);
    const next = await runner.run('provision', inputs);
    expect(next.code, `after a kill ${effect} request ${nth}: ${next.log}`).toBe(0);
    expect(differing(expected, comparable(runner.emulator.snapshot())), `${effect} request ${nth}`).toEqual(
      [],
    );
  }
}, 600_000);
