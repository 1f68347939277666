import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * libpg-query looks for its WebAssembly beside `__dirname`, which modules do not have. Imported before it; written
 * with fileURLToPath, since the bundler would take `new URL('.', import.meta.url)` for an asset.
 */
const globals = globalThis as { __dirname?: string };
globals.__dirname ??= dirname(fileURLToPath(import.meta.url));
