import { posix } from 'node:path';
import type { ImageConfig } from '../apis/artifactregistry-store.ts';
import { clean, type FileTree, matching, sha256, subtree, withoutIgnored } from './context.ts';
import { type BuildArguments, DockerFailure } from './docker-arguments.ts';
import { expand, parseDockerfile, type Step } from './dockerfile.ts';

export interface BuiltImage {
  /** `sha256:...` of the manifest: the same sources give the same digest. */
  readonly digest: string;
  readonly config: ImageConfig;
  readonly sizeBytes: number;
  readonly manifest: Uint8Array;
}

interface Stage {
  readonly name: string | undefined;
  config: Mutable<ImageConfig>;
  readonly variables: Map<string, string>;
  /** One line per instruction, with everything that the result depends on. */
  readonly history: string[];
  sizeBytes: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Roughly what a slim base image and an installation step weigh; sizes are shown, nothing depends on them. */
const baseSize = 45_000_000;
const runSize = 12_000_000;

/**
 * Does what `docker build` does, without running anything: every stage, every file that is copied, and the
 * configuration of the result. Throws DockerFailure with docker's own words.
 */
export function buildImage(options: {
  workspace: FileTree;
  /** Where the command runs, relative to the workspace. */
  folder: string;
  arguments: BuildArguments;
  environment: Readonly<Record<string, string>>;
  /** Images of registries that the emulator has, for stages that build on them. */
  lookUp: (name: string) => BuiltImage | undefined;
  log: (line: string) => void;
}): BuiltImage {
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
  return stages.result();
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

  result(): BuiltImage {
    const stage = this.#all.at(-1);
    if (stage === undefined) throw new DockerFailure('no build stage in current context');
    const unused = Object.keys(this.#args.buildArgs).filter((name) => !this.#consumed.has(name));
    if (unused.length > 0)
      this.#log(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`);
    stage.config.labels = { ...stage.config.labels, ...this.#args.labels };
    const built = assemble(stage);
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
        sizeBytes: earlier.sizeBytes,
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
      bases: [],
      files: {},
    };
    return {
      name,
      config: { ...structuredClone(config), bases: [...config.bases, base] },
      variables: new Map(Object.entries(config.env)),
      history: [`FROM ${base} ${known?.digest ?? ''} ${platform ?? this.#args.platform ?? ''}`],
      sizeBytes: known?.sizeBytes ?? (base === 'scratch' ? 0 : baseSize),
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
    const copied: string[] = [];
    for (const source of sources) {
      if (step.keyword === 'ADD' && /^(https?|git|ssh):\/\/|^git@/.test(source)) continue;
      copied.push(...this.#filesOf(source, step));
    }
    const files = { ...stage.config.files };
    const lines: string[] = [];
    for (const path of [...new Set(copied)].sort()) {
      const entry = this.#context.files.get(path);
      if (entry === undefined) continue;
      const hash = sha256(entry.link === undefined ? entry.bytes : `link:${entry.link}`);
      files[path] = hash;
      lines.push(`${path} ${hash} ${entry.executable ? 'x' : '-'}`);
      stage.sizeBytes += entry.bytes.byteLength;
    }
    stage.config.files = files;
    stage.history.push(`${step.keyword} ${words.join(' ')} ${flagText(step)}\n${lines.join('\n')}`);
    if (step.heredoc) stage.history.push(step.text);
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
    stage.history.push(`${step.text}\n${earlier === undefined ? from : sha256(earlier.history.join('\n'))}`);
    stage.sizeBytes += runSize / 2;
  }
}

function stageName(step: Step): string | undefined {
  return step.words[1]?.toUpperCase() === 'AS' ? step.words[2]?.toLowerCase() : undefined;
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
      stage.sizeBytes += runSize;
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

/** A manifest in the form of Docker's schema 2, whose digest depends on the sources alone: no time, no machine. */
function assemble(stage: Stage): BuiltImage {
  const { config } = stage;
  const [os, architecture] = config.platform.split('/');
  const layers = stage.history.map((line, index) => ({
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    digest: `sha256:${sha256(`${index}\n${line}`)}`,
  }));
  const image = JSON.stringify({
    architecture,
    os,
    config: {
      Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      ExposedPorts: Object.fromEntries(config.exposedPorts.map((port) => [`${port}/tcp`, {}])),
      WorkingDir: config.workingDir,
      User: config.user,
      Labels: Object.fromEntries(Object.entries(config.labels).sort()),
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: Buffer.byteLength(image),
        digest: `sha256:${sha256(image)}`,
      },
      layers,
    }),
  );
  return {
    digest: `sha256:${sha256(manifest)}`,
    config: structuredClone(config),
    sizeBytes: Math.round(stage.sizeBytes),
    manifest,
  };
}
