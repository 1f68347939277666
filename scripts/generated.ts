import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes generated files, or with --check says which are stale. Exits with 1 when one is. */
export async function writeOrCheck(files: Readonly<Record<string, string>>, command: string): Promise<void> {
  const check = process.argv.includes('--check');
  const stale: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before === text) continue;
    stale.push(path);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`wrote ${path}`);
  }
  if (check && stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}\nrun: ${command}`);
    process.exitCode = 1;
  }
}
