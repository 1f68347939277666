/**
 * Bundles every action into actions/<name>/dist, which is committed: GitHub runs what is in the repository. TypeScript
 * is emitted by tsc first, since ncc cannot load TypeScript 7. With --check, bundles into a temporary folder and says
 * which differ. Names of actions bundle those alone.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { actionNames } from './action-names.ts';

const run = promisify(execFile);
const emitted = '.build';
const ncc = join('node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
/** ncc does not see that libpg-query reads this file beside itself. */
const wasm = join('node_modules', 'libpg-query', 'wasm', 'libpg-query.wasm');

const check = process.argv.includes('--check');
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = named.filter((name) => !actionNames.some((known) => known === name));
if (unknown.length > 0) {
  console.error(`no action is called ${unknown.join(', ')}; there are ${actionNames.join(', ')}`);
  process.exit(1);
}
const chosen = actionNames.filter((name) => named.length === 0 || named.includes(name));
await rm(emitted, { recursive: true, force: true });
await run(process.execPath, [
  join('node_modules', 'typescript', 'bin', 'tsc'),
  '-p',
  'tsconfig.bundle.json',
]).catch((error: { stdout?: string }) => {
  console.error(error.stdout ?? error);
  process.exit(1);
});
const target = check ? await mkdtemp(join(tmpdir(), 'aethercast-bundle-')) : '.';
const stale: string[] = [];
// Two at a time: each takes a core for some seconds.
for (let index = 0; index < chosen.length; index += 2) {
  await Promise.all(chosen.slice(index, index + 2).map(bundle));
}
if (check) await rm(target, { recursive: true, force: true });
if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}\nrun: npm run bundle`);
  process.exitCode = 1;
}

async function bundle(name: string): Promise<void> {
  const committed = join('actions', name, 'dist');
  const out = join(target, committed);
  // Emptied first: a chunk of an earlier bundle would otherwise stay for ever.
  if (!check) await rm(out, { recursive: true, force: true });
  const entry = join(emitted, 'src', 'actions', 'entry', `${name}.js`);
  await run(process.execPath, [
    ncc,
    'build',
    entry,
    '-o',
    out,
    '-m',
    '--no-cache',
    '--license',
    'licenses.txt',
  ]);
  if (await names(out, basename(wasm))) await copyFile(wasm, join(out, basename(wasm)));
  if (check && !(await sameFolder(committed, out))) stale.push(committed);
}

/** Whether a script of the bundle looks for a file of that name. */
async function names(out: string, file: string): Promise<boolean> {
  const scripts = (await readdir(out)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(scripts.map((name) => readFile(join(out, name), 'utf8')));
  return texts.some((text) => text.includes(file));
}

async function sameFolder(a: string, b: string): Promise<boolean> {
  const [inA, inB] = await Promise.all([a, b].map((folder) => readdir(folder).catch(() => [])));
  if (!inA || !inB || inA.sort().join() !== inB.sort().join()) return false;
  const same = await Promise.all(
    inA.map(async (file) => (await readFile(join(a, file))).equals(await readFile(join(b, file)))),
  );
  return same.every(Boolean);
}
