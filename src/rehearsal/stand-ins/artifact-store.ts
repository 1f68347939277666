import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Artifact {
  readonly name: string;
  /** Bytes of all files. */
  readonly size: number;
  /** `sha256:` of paths and contents. */
  readonly digest: string;
}

/** The artifacts of one run, each a folder. */
export class ArtifactStore {
  readonly #folder: string;
  readonly #stored: (artifact: Artifact) => void;
  readonly #names = new Set<string>();

  constructor(folder: string, stored: (artifact: Artifact) => void = () => undefined) {
    this.#folder = folder;
    this.#stored = stored;
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
    const hash = createHash('sha256');
    let size = 0;
    await rm(join(this.#folder, encodeURIComponent(name)), { recursive: true, force: true });
    for (const [path, source] of files) {
      const target = join(this.#folder, encodeURIComponent(name), path);
      await mkdir(dirname(target), { recursive: true });
      await cp(source, target);
      const bytes = await readFile(target);
      hash.update(`${path}\0`).update(bytes);
      size += bytes.byteLength;
    }
    this.#stored({ name, size, digest: `sha256:${hash.digest('hex')}` });
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
