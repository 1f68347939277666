import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testCloud } from '../support/emulator.ts';

const module = fileURLToPath(new URL('../../src/emulator/command.ts', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
}

function start(...args: string[]): Started {
  const code = `const { runEmulatorCommand } = await import(${JSON.stringify(module)});
    process.exitCode = await runEmulatorCommand(${JSON.stringify(args)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  return { child, output: () => output, errors: () => errors };
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code] = await once(child, 'close');
  return code;
}

test('it says where it listens, serves, and ends cleanly on Ctrl-C', async () => {
  const emulator = start('--port', '0', '--project', 'acme-shop:4711');
  while (!emulator.output().includes('\n')) await once(emulator.child.stdout ?? emulator.child, 'data');
  const url = /^emulator ready at (http:\/\/127\.0\.0\.1:\d+) /.exec(emulator.output())?.[1] ?? '';
  const variables = (await (await fetch(`${url}/_emulator/environment`)).json()) as Record<string, string>;
  const project = await fetch(`${url}/v3/projects/acme-shop`, {
    headers: { authorization: `Bearer ${variables.CLOUDSDK_AUTH_ACCESS_TOKEN}` },
  });
  // Resource Manager is not enabled in a new project.
  expect(project.status).toBe(403);
  expect(await project.text()).toContain('SERVICE_DISABLED');
  emulator.child.kill('SIGINT');
  expect(await ended(emulator.child)).toBe(0);
});

test('--env prints the exports of the emulator that runs on that port, and ends', async () => {
  await using cloud = await testCloud();
  const { port } = new URL(cloud.emulator.url);
  const command = start('--port', port, '--env');
  expect(await ended(command.child)).toBe(0);
  const lines = command.output().trim().split('\n');
  expect(lines).toContain(`export CLOUDSDK_API_ENDPOINT_OVERRIDES_SQL='http://127.0.0.1:${port}/'`);
  expect(lines.every((line) => /^export [A-Z_]+='[^']*'$/.test(line))).toBe(true);
});

test.each([
  [['--port', 'x'], '--port x: must be a whole number'],
  [['--project', 'nonumber'], '--project nonumber: must be ID:NUMBER'],
  [['--latency', 'slow'], '--latency slow: must be zero or typical'],
  [['--prot', '1'], "Unknown option '--prot'"],
])('%j is refused with the usage', async (args, message) => {
  const command = start(...args);
  expect(await ended(command.child)).toBe(2);
  expect(command.errors()).toContain(message);
  expect(command.errors()).toContain('Usage: aethercast-deploy emulator');
});

test('a port that is taken is said to be', async () => {
  await using cloud = await testCloud();
  const { port } = new URL(cloud.emulator.url);
  const command = start('--port', port);
  expect(await ended(command.child)).toBe(1);
  expect(command.errors()).toContain(`port ${port} is taken`);
  expect(command.errors()).not.toContain('    at ');
});
