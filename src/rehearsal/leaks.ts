import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Shorter texts turn up everywhere. */
const shortestSearched = 6;

/**
 * Names the files below a folder, and `the printed output`, in which one of the values stands. What is written in
 * the config itself (a database's name, kept as a secret because its users read it there) is not looked for.
 */
export async function findLeaks(
  folder: string,
  printed: string,
  secrets: readonly string[],
  publicText: string,
): Promise<readonly string[]> {
  const searched = secrets.filter(
    (secret) => secret.length >= shortestSearched && !publicText.includes(secret),
  );
  const leaks: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    if (contains(await readFile(file, 'utf8'), searched)) leaks.push(relative(folder, file));
  }
  if (contains(printed, searched)) leaks.push('the printed output');
  return leaks;
}

function contains(text: string, values: readonly string[]): boolean {
  // Reports and journals are JSON or HTML: the same value, escaped, is the same leak.
  return values.some(
    (value) =>
      text.includes(value) ||
      text.includes(JSON.stringify(value).slice(1, -1)) ||
      text.includes(value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')),
  );
}
