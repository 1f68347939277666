/** What the bucket of the frontend has to hold: the files of its folder, and `config.json`. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, posix, resolve } from 'node:path';
import type { Frontend } from '../config/deployment.ts';
import { resolveText } from '../config/template.ts';
import { Failure } from '../lib/failure.ts';
import { because } from './because.ts';
import type { Context } from './context.ts';

export interface SiteFile {
  /** Relative to the bucket, with `/`. */
  readonly name: string;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Base64, as Cloud Storage shows it. */
  readonly md5Hash: string;
  readonly read: () => Promise<Uint8Array>;
}

const configFile = 'config.json';

/** Asked for again at every use, which costs an empty answer when nothing has changed. */
const changing = 'no-cache';
const unchanging = 'public, max-age=31536000, immutable';

/** https://www.iana.org/assignments/media-types */
const types: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.m4a': 'audio/mp4',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.ogg': 'audio/ogg',
  '.otf': 'font/otf',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** Names under which people keep what is not for everybody. */
const confidential = [
  /(^|\/)\.env(\.|$)/,
  /(^|\/)\.git(\/|$)/,
  /(^|\/)\.npmrc$/,
  /(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/,
  /\.(pem|key|p12|pfx|jks)$/,
];

/** Reads and hashes the folder. Throws a Failure when there is nothing to show, or something that must not be shown. */
export async function siteFiles(context: Context, frontend: Frontend): Promise<readonly SiteFile[]> {
  const { deployment, workspace = '.' } = context;
  const folder = resolve(workspace, deployment.root, frontend.folder);
  const at = because(deployment, frontend.place);
  const names = await namesIn(folder, frontend, at);
  const files = await Promise.all(
    names
      .filter((name) => name !== configFile || frontend.configJson === undefined)
      .map(async (name) => {
        const path = join(folder, ...name.split('/'));
        return siteFile(frontend, name, await readFile(path), () => readFile(path));
      }),
  );
  const config = configOf(context, frontend);
  const all =
    config === undefined ? files : [...files, siteFile(frontend, configFile, config, async () => config)];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function namesIn(folder: string, frontend: Frontend, at: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Failure('FRONTEND_FOLDER', `There is no folder ${frontend.folder} (${at}).`, {
      next: 'Build the frontend in a step before this one, or correct frontend.folder.',
      cause,
    });
  });
  const found = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({
      name: posix.join(...join(entry.parentPath, entry.name).slice(folder.length).split(/[\\/]/)),
      entry,
    }));
  const bad = found.filter(
    ({ name, entry }) => !entry.isFile() || confidential.some((one) => one.test(name)),
  );
  if (bad.length > 0) {
    throw new Failure('FRONTEND_NOT_PUBLIC', `Everybody could read what ${frontend.folder} holds (${at}).`, {
      next: 'Take these out of the folder, or give frontend.folder the folder that the build writes.',
      details: bad.map(({ name, entry }) =>
        entry.isFile() ? `${name} looks like a credential` : `${name} is a link`,
      ),
    });
  }
  const names = found.map(({ name }) => name);
  if (!names.includes(frontend.mainPage)) {
    throw new Failure('FRONTEND_FOLDER', `${frontend.folder} holds no ${frontend.mainPage} (${at}).`, {
      next: 'Build the frontend in a step before this one, or correct frontend.folder and frontend.main_page.',
    });
  }
  return names;
}

function siteFile(
  frontend: Frontend,
  name: string,
  content: Uint8Array,
  read: () => Promise<Uint8Array>,
): SiteFile {
  return {
    name,
    contentType: types[extname(name).toLowerCase()] ?? 'application/octet-stream',
    cacheControl: neverChanges(frontend, name) ? unchanging : changing,
    md5Hash: createHash('md5').update(content).digest('base64'),
    read,
  };
}

/** A hash in the name, as bundlers write it, or a folder that is said to hold nothing else. */
function neverChanges(frontend: Frontend, name: string): boolean {
  if (frontend.immutable.some((folder) => folder === '.' || name.startsWith(`${folder}/`))) return true;
  const hash = /[.-]([0-9a-f]{8,64})\.[a-z0-9.]+$/.exec(name)?.[1] ?? '';
  // A word of the letters a to f is not a hash, and a date of digits alone is none either.
  return /\d/.test(hash) && /[a-f]/.test(hash);
}

function configOf(context: Context, { configJson }: Frontend): Uint8Array | undefined {
  if (configJson === undefined) return undefined;
  const values = Object.entries(configJson).map(([key, value]): [string, string | number | boolean] => [
    key,
    typeof value === 'object' ? resolveText(value, context.facts) : value,
  ]);
  return Buffer.from(`${JSON.stringify(Object.fromEntries(values), null, 2)}\n`);
}
