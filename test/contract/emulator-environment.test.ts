import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { project, testCloud } from '../support/emulator.ts';

const command = fileURLToPath(new URL('../../src/emulator/command.ts', import.meta.url));

/** Runs the command as `npm run emulator --` does, and waits for its end. */
async function emulatorCommand(
  ...args: string[]
): Promise<{ code: unknown; output: string; errors: string }> {
  const code = `const { runEmulatorCommand } = await import(${JSON.stringify(command)});
    process.exitCode = await runEmulatorCommand(${JSON.stringify(args)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
  const [output, errors, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[unknown]>,
  ]);
  return { code: exit, output, errors };
}

/** What a shell has after it evaluated the output. */
function evaluated(output: string): Record<string, string> {
  const lines = output.trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^export ([A-Z_]+)='([^']*)'$/.exec(line) ?? [];
      return [name, value];
    }),
  );
}

test('--env prints endpoint overrides and a token that works', async () => {
  await using cloud = await testCloud();
  const { port } = new URL(cloud.emulator.url);
  const { code, output } = await emulatorCommand('--port', port, '--env');
  const variables = evaluated(output);
  expect(code).toBe(0);
  expect(variables).toMatchObject({
    CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: `http://127.0.0.1:${port}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_SQL: `http://127.0.0.1:${port}/`,
    CLOUDSDK_CORE_PROJECT: project.id,
  });
  expect(Object.keys(variables).filter((name) => name.startsWith('CLOUDSDK_PROXY'))).toEqual([]);
  const secrets = `${variables.CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER}v1/projects/${project.id}/secrets`;
  const answer = await fetch(secrets, {
    headers: { authorization: `Bearer ${variables.CLOUDSDK_AUTH_ACCESS_TOKEN}` },
  });
  expect(answer.status).toBe(200);
});

test.each([[['--env', 'proxy']], [['--env=proxy']]])('%j prints the way through the proxy', async (words) => {
  await using cloud = await testCloud();
  const { port } = new URL(cloud.emulator.url);
  const { code, output } = await emulatorCommand('--port', port, ...words);
  expect(code).toBe(0);
  expect(evaluated(output)).toMatchObject({
    CLOUDSDK_PROXY_TYPE: 'http',
    CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
    CLOUDSDK_PROXY_PORT: port,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: 'http://run.googleapis.com/',
    CLOUDSDK_API_ENDPOINT_OVERRIDES_SQL: 'http://sqladmin.googleapis.com/',
    CLOUDSDK_CORE_PROJECT: project.id,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN: expect.stringMatching(/^ya29\./),
    CLOUDSDK_CONFIG: expect.stringContaining(port),
  });
});

test.each([
  [['--env', 'both'], '--env both: must be endpoints or proxy'],
  [['--quotas', 'some'], '--quotas some: must be off or published'],
  [['--consistency', 'weak'], '--consistency weak: must be strong or eventual'],
  [['--faults', '/nowhere/faults.json'], 'the fault script /nowhere/faults.json cannot be read'],
  [['--time-scale', '0'], '--time-scale 0: must be a whole number'],
])('%j is refused with the usage', async (words, message) => {
  const { code, errors } = await emulatorCommand(...words);
  expect(code).toBe(2);
  expect(errors).toContain(message);
  expect(errors).toContain('Usage: aethercast-deploy emulator');
});

test('the command is ready in a moment', async () => {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `(await import(${JSON.stringify(command)})).runEmulatorCommand([])`],
    { stdio: 'pipe' },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const took = performance.now() - started;
  child.kill('SIGINT');
  expect(line.toString()).toMatch(/^emulator ready at http:\/\/127\.0\.0\.1:\d+ /);
  expect((await once(child, 'close'))[0]).toBe(0);
  process.stdout.write(`the emulator was ready ${Math.round(took)} ms after the start of its process\n`);
});
