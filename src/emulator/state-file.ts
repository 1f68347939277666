import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { State, StateSnapshot } from './state.ts';

/**
 * The state on disk, in two files: FILE can be shown to anybody, with the digest of every secret in its place;
 * FILE.secrets, which only its owner can read, says what they stand for. Without the second one everything is loaded
 * but the values of secrets.
 */
export function loadState(state: State, file: string): void {
  if (!existsSync(file)) return;
  const snapshot = readJson(file);
  if (!isSnapshot(snapshot)) {
    throw new Error(
      `the state file ${file} is not a state of this version of the emulator; delete it to start afresh`,
    );
  }
  const secretsFile = secretsOf(file);
  const secrets = existsSync(secretsFile) ? (readJson(secretsFile) as Record<string, string>) : {};
  state.restore(snapshot, secrets);
}

export function saveState(state: State, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const { snapshot, secrets } = state.sealed();
  replaceFile(secretsOf(file), secrets, 0o600);
  replaceFile(file, snapshot, 0o644);
}

function secretsOf(file: string): string {
  return `${file}.secrets`;
}

/** An emulator that is killed while it writes leaves the former file. */
function replaceFile(file: string, content: unknown, mode: number): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(content)}\n`, { mode });
  renameSync(fresh, file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`the state file ${file} is not JSON; delete it to start afresh`, { cause: error });
  }
}

function isSnapshot(value: unknown): value is StateSnapshot {
  if (typeof value !== 'object' || value === null) return false;
  const { version, seed, counters, tables, blobs } = value as Partial<Record<keyof StateSnapshot, unknown>>;
  return (
    version === 1 &&
    typeof seed === 'string' &&
    [counters, tables, blobs].every((part) => typeof part === 'object' && part !== null)
  );
}
