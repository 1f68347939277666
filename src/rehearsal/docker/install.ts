import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Puts a `docker` into the folder, for the PATH of jobs: the machine may have none, and what it builds would not be the same. */
export async function installDocker(folder: string): Promise<void> {
  const command = fileURLToPath(new URL('command.ts', import.meta.url));
  const images = join(folder, 'images');
  await mkdir(images, { recursive: true });
  await writeFile(
    join(folder, 'docker'),
    `#!/bin/sh\nREHEARSED_DOCKER_IMAGES=${quoted(images)} exec ${quoted(process.execPath)} ${quoted(command)} "$@"\n`,
    {
      mode: 0o755,
    },
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
