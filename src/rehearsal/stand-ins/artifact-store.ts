import { cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The artifacts of one run, each a folder. */
export class ArtifactStore {
  readonly #folder: string;
  readonly #names = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  names(): readonly string[] {
    return [...this.#names].sort();
  }

  /** `files`: path in the artifact → file on disk. */
  async put(name: string, files: ReadonlyMap<string, string>): Promise<void> {
    this.#names.add(name);
    for (const [path, source] of files) {
      const target = join(this.#folder, encodeURIComponent(name), path);
      await mkdir(dirname(target), { recursive: true });
      await cp(source, target);
    }
  }

  /** Copies the artifact's files into a folder; files of the same path are replaced. */
  async get(name: string, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const source = join(this.#folder, encodeURIComponent(name));
    for (const entry of await readdir(source)) {
      await cp(join(source, entry), join(folder, entry), { recursive: true });
    }
  }
}
