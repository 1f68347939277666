import { posix } from 'node:path';
import {
  clean,
  type FileEntry,
  type FileTree,
  matching,
  sha256,
  subtree,
  withoutIgnored,
} from './context.ts';
import { type BuildArguments, DockerFailure } from './docker-arguments.ts';
import { expand, parseDockerfile, type Step } from './dockerfile.ts';
import { type BuiltImage, type ImageConfig, writeImage } from './image.ts';
import { type Layer, type LayerFiles, placeholder } from './layers.ts';

interface Stage {
  readonly name: string | undefined;
  config: Mutable<ImageConfig>;
  readonly variables: Map<string, string>;
  /** One line per instruction, with everything that the result depends on. */
  readonly history: string[];
  /** In order; those of a base image that the registry has are layers already. */
  readonly layers: (Layer | LayerFiles)[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Does what `docker build` does, without running anything: every stage, every file that is copied, and the
 * configuration of the result. Throws DockerFailure with docker's own words.
 */
export async function buildImage(options: {
  workspace: FileTree;
  /** Where the command runs, relative to the workspace. */
  folder: string;
  arguments: BuildArguments;
  environment: Readonly<Record<string, string>>;
  /** Images of registries that the emulator has, for stages that build on them. */
  lookUp: (name: string) => BuiltImage | undefined;
  log: (line: string) => void;
}): Promise<BuiltImage> {
  const { workspace, log } = options;
  const args = options.arguments;
  const contextPath = posix.join(options.folder, args.context);
  const sent = subtree(workspace, contextPath);
  if (sent === undefined) {
    throw new DockerFailure(`unable to prepare context: path "${args.context}" not found`);
  }
  const file = clean(
    args.file === undefined ? posix.join(contextPath, 'Dockerfile') : posix.join(options.folder, args.file),
  );
  const dockerfile = workspace.files.get(file);
  if (dockerfile === undefined) {
    throw new DockerFailure(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /workspace/${file}: no such file or directory`,
    );
  }
  const context = withoutIgnored(sent);
  const steps = parseDockerfile(Buffer.from(dockerfile.bytes).toString('utf8'));
  const stages = new Stages(context, options, steps, log);
  steps.forEach((step, index) => {
    if (stages.finished) return;
    log(`Step ${index + 1}/${steps.length} : ${step.text}`);
    stages.run(step);
  });
  return await stages.result();
}

class Stages {
  readonly #context: FileTree;
  readonly #args: BuildArguments;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #lookUp: (name: string) => BuiltImage | undefined;
  readonly #log: (line: string) => void;
  readonly #all: Stage[] = [];
  readonly #globals = new Map<string, string>();
  readonly #consumed = new Set<string>();
  readonly #targets: ReadonlySet<string>;
  #targetDone = false;

  constructor(
    context: FileTree,
    options: Parameters<typeof buildImage>[0],
    steps: readonly Step[],
    log: (line: string) => void,
  ) {
    this.#context = context;
    this.#args = options.arguments;
    this.#environment = options.environment;
    this.#lookUp = options.lookUp;
    this.#log = log;
    this.#targets = new Set(
      steps
        .filter((step) => step.keyword === 'FROM')
        .flatMap((step, index) => [String(index), stageName(step) ?? String(index)]),
    );
    const { target } = this.#args;
    if (target !== undefined && !this.#targets.has(target.toLowerCase())) {
      throw new DockerFailure(`failed to reach build target ${target} in Dockerfile`);
    }
  }

  /** The stages behind `--target` are not built. */
  get finished(): boolean {
    return this.#targetDone;
  }

  run(step: Step): void {
    const stage = this.#all.at(-1);
    if (step.keyword === 'FROM') this.#from(step);
    else if (stage === undefined) this.#argument(step, this.#globals, undefined);
    else this.#within(step, stage);
  }

  #within(step: Step, stage: Stage): void {
    switch (step.keyword) {
      case 'ARG':
        this.#argument(step, stage.variables, stage);
        return;
      case 'COPY':
      case 'ADD':
        this.#copy(step, stage);
        return;
      default:
        configure(step, stage);
        return;
    }
  }

  async result(): Promise<BuiltImage> {
    const stage = this.#all.at(-1);
    if (stage === undefined) throw new DockerFailure('no build stage in current context');
    const unused = Object.keys(this.#args.buildArgs).filter((name) => !this.#consumed.has(name));
    if (unused.length > 0)
      this.#log(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`);
    stage.config.labels = { ...stage.config.labels, ...this.#args.labels };
    const built = await writeImage(stage.config, stage.layers, stage.history);
    this.#log(`Successfully built ${built.digest.slice('sha256:'.length, 19)}`);
    return built;
  }

  #from(step: Step): void {
    const { target } = this.#args;
    const previous = this.#all.length - 1;
    if (
      target !== undefined &&
      previous >= 0 &&
      (this.#all[previous]?.name === target.toLowerCase() || String(previous) === target)
    ) {
      this.#targetDone = true;
      return;
    }
    const name = expand(step.words[0] ?? '', this.#globals);
    if (name === '') {
      throw new DockerFailure(`base name (${step.words[0]}) should not be blank`);
    }
    const platform = step.flags.platform ? expand(step.flags.platform, this.#globals) : undefined;
    this.#all.push(this.#startStage(name, stageName(step), platform));
  }

  #startStage(base: string, name: string | undefined, platform: string | undefined): Stage {
    const earlier = this.#all.find((stage) => stage.name === base.toLowerCase());
    if (earlier !== undefined) {
      return {
        name,
        config: structuredClone(earlier.config),
        variables: new Map(Object.entries(earlier.config.env)),
        history: [...earlier.history],
        layers: [...earlier.layers],
      };
    }
    const known = this.#lookUp(base);
    if (known === undefined && /-docker\.pkg\.dev\//.test(base)) {
      throw new DockerFailure(
        `pull access denied for ${base}, repository does not exist or may require authorization`,
      );
    }
    const config: ImageConfig = known?.config ?? {
      platform: platform ?? this.#args.platform ?? 'linux/amd64',
      exposedPorts: [],
      entrypoint: [],
      cmd: [],
      env: {},
      workingDir: '/',
      user: '',
      labels: {},
    };
    const line = `FROM ${base} ${known?.digest ?? ''} ${platform ?? this.#args.platform ?? ''}`.trim();
    return {
      name,
      config: structuredClone(config),
      variables: new Map(Object.entries(config.env)),
      history: [line],
      layers: known ? [...known.layers] : base === 'scratch' ? [] : [placeholder('base', line)],
    };
  }

  #argument(step: Step, scope: Map<string, string>, stage: Stage | undefined): void {
    for (const [name, fallback] of step.properties.length > 0
      ? step.properties
      : step.words.map((word) => [word, undefined] as const)) {
      this.#consumed.add(name);
      const given =
        name in this.#args.buildArgs ? (this.#args.buildArgs[name] ?? this.#environment[name]) : undefined;
      const inherited = stage === undefined || fallback !== undefined ? undefined : this.#globals.get(name);
      const value = given ?? inherited ?? (fallback === undefined ? undefined : expand(fallback, scope));
      // ENV wins over ARG. https://docs.docker.com/reference/dockerfile/#using-arg-variables
      if (value !== undefined && stage?.config.env[name] === undefined) scope.set(name, value);
      stage?.history.push(`ARG ${name}=${value ?? ''}`);
    }
  }

  #copy(step: Step, stage: Stage): void {
    const words = step.words.map((word) => expand(word, stage.variables));
    const destination = words.at(-1) ?? '';
    const sources = words.slice(0, -1).filter((word) => !(step.heredoc && word.startsWith('<<')));
    if (words.length < 2) {
      throw new DockerFailure(
        `dockerfile parse error line ${step.line}: ${step.keyword} requires at least two arguments, but only one was provided. Destination could not be determined.`,
      );
    }
    if (sources.length > 1 && !destination.endsWith('/') && destination !== '.' && destination !== './') {
      throw new DockerFailure(
        `When using ${step.keyword} with more than one source file, the destination must be a directory and end with a /`,
      );
    }
    const from = step.flags.from;
    if (from !== undefined) {
      this.#copyFromStage(expand(from, stage.variables), step, stage);
      return;
    }
    const into = posix.resolve(stage.config.workingDir || '/', destination);
    const isFolder = sources.length > 1 || /(^|\/)\.?$/.test(destination) || into === stage.config.workingDir;
    const copied = new Map<string, FileEntry>();
    for (const source of sources) {
      if (step.keyword === 'ADD' && /^(https?|git|ssh):\/\/|^git@/.test(source)) continue;
      for (const path of this.#filesOf(source, step)) {
        const entry = this.#context.files.get(path);
        if (entry) copied.set(this.#placeOf(path, source, into, isFolder).slice(1), entry);
      }
    }
    const lines = [...copied]
      .map(([path, entry]) => `${path} ${hashOf(entry)} ${entry.executable ? 'x' : '-'}`)
      .sort();
    stage.history.push(`${step.keyword} ${words.join(' ')} ${flagText(step)}\n${lines.join('\n')}`);
    if (step.heredoc) stage.history.push(step.text);
    stage.layers.push(step.heredoc ? placeholder('heredoc', step.text) : copied);
  }

  /** Where a copied file comes to lie. https://docs.docker.com/reference/dockerfile/#destination */
  #placeOf(path: string, source: string, into: string, isFolder: boolean): string {
    const from = clean(source);
    if (this.#context.folders.has(from)) return posix.join(into, posix.relative(from, path));
    if (from === path && !isFolder) return into;
    return posix.join(into, posix.relative(posix.dirname(from), path));
  }

  #filesOf(source: string, step: Step): string[] {
    const found = matching(this.#context, source);
    if (found !== undefined) return found;
    if (/[*?[]/.test(source)) {
      throw new DockerFailure(`${step.keyword} failed: no source files were specified`);
    }
    throw new DockerFailure(
      `${step.keyword} failed: file not found in build context or excluded by .dockerignore: stat ${clean(source)}: file does not exist`,
    );
  }

  #copyFromStage(from: string, step: Step, stage: Stage): void {
    const index = /^\d+$/.test(from)
      ? Number(from)
      : this.#all.findIndex((one) => one.name === from.toLowerCase());
    const earlier = this.#all[index];
    if (earlier === stage || (earlier === undefined && /^\d+$/.test(from))) {
      throw new DockerFailure(`invalid from flag value ${from}: invalid stage index`);
    }
    // Anything that is no stage is the name of an image.
    const line = `${step.text}\n${earlier === undefined ? from : sha256(earlier.history.join('\n'))}`;
    stage.history.push(line);
    stage.layers.push(placeholder(`copy-${stage.history.length}`, line));
  }
}

function stageName(step: Step): string | undefined {
  return step.words[1]?.toUpperCase() === 'AS' ? step.words[2]?.toLowerCase() : undefined;
}

function hashOf({ bytes, link }: FileEntry): string {
  return sha256(link === undefined ? bytes : `link:${link}`);
}

function flagText(step: Step): string {
  return Object.entries(step.flags)
    .map(([name, value]) => `--${name}=${value}`)
    .sort()
    .join(' ');
}

/** Instructions that change only the configuration, or (RUN) what the emulator does not look into. */
function configure(step: Step, stage: Stage): void {
  const { config, variables } = stage;
  stage.history.push(step.keyword === 'RUN' ? step.text : expand(step.text, variables));
  switch (step.keyword) {
    case 'ENV': {
      const env = { ...config.env };
      for (const [name, value] of step.properties) env[name] = expand(value ?? '', variables);
      config.env = env;
      for (const [name, value] of Object.entries(env)) variables.set(name, value);
      return;
    }
    case 'LABEL':
      config.labels = {
        ...config.labels,
        ...Object.fromEntries(step.properties.map(([name, value]) => [name, expand(value ?? '', variables)])),
      };
      return;
    case 'EXPOSE':
      config.exposedPorts = [
        ...new Set([
          ...config.exposedPorts,
          ...step.words.flatMap((word) => ports(expand(word, variables), step)),
        ]),
      ];
      return;
    case 'WORKDIR':
      config.workingDir = posix.resolve(config.workingDir || '/', expand(step.words.join(' '), variables));
      return;
    case 'USER':
      config.user = expand(step.words[0] ?? '', variables);
      return;
    case 'CMD':
      config.cmd = command(step);
      return;
    case 'ENTRYPOINT':
      config.entrypoint = command(step);
      // An ENTRYPOINT drops the CMD of the base image. https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
      config.cmd = [];
      return;
    case 'RUN':
      // What a command leaves behind depends on everything before it.
      stage.layers.push(placeholder(`run-${stage.history.length}`, sha256(stage.history.join('\n'))));
      return;
    default:
      return;
  }
}

function command(step: Step): string[] {
  return step.json === undefined ? ['/bin/sh', '-c', step.rest] : [...step.json];
}

function ports(text: string, step: Step): number[] {
  const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  if (match === null) {
    throw new DockerFailure(`dockerfile parse error line ${step.line}: invalid containerPort: ${text}`);
  }
  if (match[3] !== undefined && match[3].toLowerCase() !== 'tcp') return [];
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
