/**
 * Images as registries keep them: a manifest that names a configuration and layers by their digests, or an index that
 * names manifests. https://github.com/opencontainers/image-spec and https://distribution.github.io/distribution/spec/
 */
import { type Blob, digestOf, type Layer, type LayerFiles, makeLayer } from './layers.ts';

/** What the emulator knows of an image: enough to tell whether a container of it would start and listen. */
export interface ImageConfig {
  /** For example `linux/amd64`. */
  readonly platform: string;
  readonly exposedPorts: readonly number[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface BuiltImage {
  /** `sha256:...` of the manifest: the same sources give the same digest. */
  readonly digest: string;
  readonly config: ImageConfig;
  readonly manifest: Uint8Array;
  /** The configuration as it lies in the registry. */
  readonly configBlob: Blob;
  readonly layers: readonly Layer[];
}

/** Of one part in a manifest or an index. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
}

export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  /** Of an index alone. */
  readonly manifests?: readonly Descriptor[];
}

/** The configuration file of an image, as far as the emulator reads it. */
interface ConfigFile {
  readonly os?: string;
  readonly architecture?: string;
  readonly config?: {
    readonly Env?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
    readonly WorkingDir?: string;
    readonly User?: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
}

export const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerConfig = 'application/vnd.docker.container.image.v1+json';

/** Writes layers, configuration and manifest; their bytes depend on the sources alone: no time, no machine. */
export async function writeImage(
  config: ImageConfig,
  parts: readonly (Layer | LayerFiles)[],
  history: readonly string[],
): Promise<BuiltImage> {
  const layers = await Promise.all(parts.map((part) => ('bytes' in part ? part : makeLayer(part))));
  const file = Buffer.from(JSON.stringify(configFileOf(config, layers, history)));
  const configBlob: Blob = { digest: digestOf(file), mediaType: dockerConfig, bytes: file };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: dockerManifest,
      config: descriptorOf(configBlob),
      layers: layers.map(descriptorOf),
    }),
  );
  return { digest: digestOf(manifest), config: structuredClone(config), manifest, configBlob, layers };
}

function configFileOf(
  config: ImageConfig,
  layers: readonly Layer[],
  history: readonly string[],
): ConfigFile & { readonly history: unknown } {
  const [os = '', architecture = ''] = config.platform.split('/');
  return {
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
    rootfs: { diff_ids: layers.map(({ diffId }) => diffId) },
    history: history.map((line) => ({ created_by: line.split('\n')[0] })),
  };
}

function descriptorOf({ mediaType, digest, bytes }: Blob): Descriptor {
  return { mediaType, size: bytes.byteLength, digest };
}

/** What a configuration file says; `undefined` when the bytes are none. */
export function readConfig(bytes: Uint8Array): ImageConfig | undefined {
  const file = parsed<ConfigFile>(bytes);
  if (file === undefined) return undefined;
  const { config = {} } = file;
  return {
    platform: `${file.os ?? ''}/${file.architecture ?? ''}`,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).flatMap((port) =>
      /^\d+(\/tcp)?$/.test(port) ? [Number.parseInt(port, 10)] : [],
    ),
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    env: Object.fromEntries(
      (config.Env ?? []).map((text) => {
        const equals = text.indexOf('=');
        return [text.slice(0, equals), text.slice(equals + 1)];
      }),
    ),
    workingDir: config.WorkingDir ?? '',
    user: config.User ?? '',
    labels: config.Labels ?? {},
  };
}

/** The `diff_ids` of a configuration file, one for each layer. */
export function diffIdsOf(bytes: Uint8Array): readonly string[] {
  return parsed<ConfigFile>(bytes)?.rootfs?.diff_ids ?? [];
}

/** `undefined` when the bytes are neither a manifest nor an index. */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  const manifest = parsed<Manifest>(bytes);
  if (manifest?.schemaVersion !== 2) return undefined;
  return manifest.config && Array.isArray(manifest.layers) ? manifest : indexOf(manifest);
}

function indexOf(manifest: Manifest): Manifest | undefined {
  return Array.isArray(manifest.manifests) ? manifest : undefined;
}

function parsed<T>(bytes: Uint8Array): T | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
