import type { FileTree } from './context.ts';
import { DockerFailure, parseBuildArguments } from './docker-arguments.ts';
import type { BuiltImage } from './image.ts';
import { buildImage } from './image-build.ts';

/** The registry as the daemon reaches it with the build's credentials. */
export interface Registry {
  pull(name: string): BuiltImage | undefined;
  /** Throws with the registry's words. */
  push(name: string, image: BuiltImage): void;
}

/** The Docker of one build: its images live as long as the build. */
export class DockerDaemon {
  readonly #images = new Map<string, BuiltImage>();
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  image(name: string): BuiltImage | undefined {
    return this.#images.get(withTag(name));
  }

  /** Runs `docker ARGS`. Throws DockerFailure with the exit code. */
  async run(options: {
    args: readonly string[];
    workspace: FileTree;
    folder: string;
    environment: Readonly<Record<string, string>>;
    log: (line: string) => void;
  }): Promise<void> {
    const [verb, ...rest] = options.args[0] === 'image' ? options.args.slice(1) : options.args;
    switch (verb) {
      case 'build':
        await this.#build(rest, options);
        return;
      case 'tag':
        this.#tag(rest);
        return;
      case 'push':
        this.#push(rest, options.log);
        return;
      case 'pull':
        this.#pull(rest, options.log);
        return;
      default:
        throw new DockerFailure(
          `docker ${options.args.join(' ')}: this emulator runs docker build, tag, push and pull only.`,
        );
    }
  }

  async #build(
    args: readonly string[],
    options: Omit<Parameters<typeof buildImage>[0], 'arguments' | 'lookUp'>,
  ): Promise<void> {
    const parsed = parseBuildArguments(args);
    const image = await buildImage({
      ...options,
      arguments: parsed,
      lookUp: (name) => this.#images.get(withTag(name)) ?? this.#registry.pull(name),
    });
    for (const tag of parsed.tags) {
      this.#images.set(withTag(tag), image);
      options.log(`Successfully tagged ${withTag(tag)}`);
    }
  }

  #tag([source = '', target = '']: readonly string[]): void {
    const image = this.image(source);
    if (image === undefined)
      throw new DockerFailure(`Error response from daemon: No such image: ${withTag(source)}`);
    if (target === '') throw new DockerFailure('"docker tag" requires exactly 2 arguments.');
    this.#images.set(withTag(target), image);
  }

  #push(args: readonly string[], log: (line: string) => void): void {
    const allTags = args.includes('--all-tags') || args.includes('-a');
    const name = args.find((arg) => !arg.startsWith('-')) ?? '';
    const names = allTags
      ? [...this.#images.keys()].filter((one) => one.startsWith(`${name}:`))
      : [withTag(name)].filter((one) => this.#images.has(one));
    if (names.length === 0) {
      throw new DockerFailure(`An image does not exist locally with the tag: ${name.replace(/:[^/]*$/, '')}`);
    }
    for (const one of names) {
      const image = this.#images.get(one);
      if (image === undefined) continue;
      log(`The push refers to repository [${one.replace(/:[^/]*$/, '')}]`);
      try {
        this.#registry.push(one, image);
      } catch (problem) {
        throw new DockerFailure(problem instanceof Error ? problem.message : String(problem));
      }
      log(`${one.split(':').at(-1)}: digest: ${image.digest}`);
    }
  }

  #pull(args: readonly string[], log: (line: string) => void): void {
    const name = args.find((arg) => !arg.startsWith('-')) ?? '';
    const image = this.#registry.pull(name);
    if (image === undefined) {
      throw new DockerFailure(
        `Error response from daemon: manifest for ${withTag(name)} not found: manifest unknown`,
      );
    }
    this.#images.set(withTag(name), image);
    log(`Status: Downloaded newer image for ${withTag(name)}`);
  }
}

function withTag(name: string): string {
  return /(:[^/]+|@sha256:.+)$/.test(name) ? name : `${name}:latest`;
}
