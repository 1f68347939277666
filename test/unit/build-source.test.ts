import { describe, expect, test } from 'vitest';
import { readSource } from '../../src/build/source.ts';
import type { Build } from '../../src/config/deployment.ts';
import { build, checkout, deployment, type Tree, touch } from './build-case.ts';
import { failureOf } from './google-case.ts';

const app: Tree = {
  'app/Dockerfile': 'FROM scratch\nCOPY . /\n',
  'app/main.py': 'print("hello")\n',
  'app/run.sh': { run: '#!/bin/sh\n' },
  'app/current': { link: 'main.py' },
  'app/.dockerignore': 'ignored\n',
  'app/ignored': 'x',
};

async function digestOf(tree: Tree, parts: Partial<Build> = {}): Promise<string> {
  await using files = await checkout(tree);
  return (await readSource(deployment(), build(parts), files.root)).digest;
}

/** Without one file. */
function without(tree: Tree, path: string): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== path));
}

describe('the digest of sources', () => {
  test('is the same for two checkouts, whenever they were made and in whatever order', async () => {
    const backwards = Object.fromEntries(Object.entries(app).reverse());
    await using here = await checkout(app);
    await using there = await checkout(backwards);
    await touch(there.root, 'app/main.py', 1_000_000);
    const [one, two] = await Promise.all(
      [here, there].map(({ root }) => readSource(deployment(), build(), root)),
    );
    expect(one?.digest).toBe(two?.digest);
    expect(one?.tag).toMatch(/^src-[0-9a-f]{32}$/);
  });

  test.each<[string, Tree, Partial<Build>]>([
    ['a file that is ignored', { ...app, 'app/ignored': 'y' }, {}],
    ['a file outside of the context', { ...app, 'other/main.py': 'y' }, {}],
    ['the order of build arguments', app, { args: { B: '2', A: '1' } }],
    ["the image's name", app, { image: 'elsewhere', imageName: 'x' }],
  ])('does not depend on %s', async (_, tree, parts) => {
    const args = parts.args ? { args: { A: '1', B: '2' } } : {};
    expect(await digestOf(tree, parts)).toBe(await digestOf(app, args));
  });

  test.each<[string, Tree, Partial<Build>]>([
    ["a file's content", { ...app, 'app/main.py': 'print("bye")\n' }, {}],
    ["a file's name", { ...without(app, 'app/main.py'), 'app/mein.py': 'print("hello")\n' }, {}],
    ['a further file', { ...app, 'app/new': '' }, {}],
    ['a file less', without(app, 'app/main.py'), {}],
    ['the executable bit', { ...app, 'app/run.sh': '#!/bin/sh\n' }, {}],
    ["a link's target", { ...app, 'app/current': { link: 'run.sh' } }, {}],
    ['a link turned into a file of the same text', { ...app, 'app/current': 'main.py' }, {}],
    ['the Dockerfile', { ...app, 'app/Dockerfile': 'FROM scratch\nCOPY . /app\n' }, {}],
    ['the target', app, { target: 'test' }],
    ['a build argument', app, { args: { A: '1' } }],
    ["a build argument's value", app, { args: { A: '2' } }],
    ['what is ignored', { ...app, 'app/.dockerignore': 'ignored\nmain.py\n' }, {}],
  ])('depends on %s', async (_, tree, parts) => {
    expect(await digestOf(tree, parts)).not.toBe(await digestOf(app));
  });

  test('tells arguments apart that read the same when joined', async () => {
    expect(await digestOf(app, { args: { A: '1' } })).not.toBe(await digestOf(app, { args: { A: '2' } }));
    expect(await digestOf(app, { args: { A: 'B=1' } })).not.toBe(
      await digestOf(app, { args: { 'A=B': '1' } }),
    );
  });

  test('depends on a Dockerfile that lies outside of the context, or is ignored within', async () => {
    const outside = { dockerfile: 'docker/web' };
    const digests = await Promise.all([
      digestOf({ ...app, 'docker/web': 'FROM a\nCOPY . /' }, outside),
      digestOf({ ...app, 'docker/web': 'FROM b\nCOPY . /' }, outside),
      digestOf({ ...app, 'app/.dockerignore': 'Dockerfile', 'app/Dockerfile': 'FROM a\nCOPY . /' }),
      digestOf({ ...app, 'app/.dockerignore': 'Dockerfile', 'app/Dockerfile': 'FROM b\nCOPY . /' }),
    ]);
    expect(new Set(digests).size).toBe(4);
  });

  test('depends on what the Dockerfile copies and on nothing else of a shared context', async () => {
    const shared: Tree = {
      'app/Dockerfile': 'FROM a\nCOPY shared one/*.py /app/\n',
      'app/shared/log.py': 'log',
      'app/one/main.py': 'one',
      'app/two/main.py': 'two',
    };
    const digest = await digestOf(shared);
    expect(await digestOf({ ...shared, 'app/two/main.py': 'changed' })).toBe(digest);
    expect(await digestOf({ ...shared, 'app/one/notes.txt': 'new' })).toBe(digest);
    expect(await digestOf({ ...shared, 'app/one/main.py': 'changed' })).not.toBe(digest);
    expect(await digestOf({ ...shared, 'app/shared/log.py': 'changed' })).not.toBe(digest);
    expect(await digestOf({ ...shared, 'app/one/new.py': '' })).not.toBe(digest);
  });
});

describe('the Dockerfile', () => {
  test('within the context is used where it is', async () => {
    await using files = await checkout({ 'app/docker/web': 'FROM scratch' });
    const source = await readSource(deployment(), build({ dockerfile: 'app/docker/web' }), files.root);
    expect(source).toMatchObject({ dockerfileName: 'docker/web', extra: {} });
  });

  test.each<[string, Tree, Partial<Build>]>([
    [
      'outside of the context',
      { 'web.Dockerfile': 'FROM scratch', 'app/a': '' },
      { dockerfile: 'web.Dockerfile' },
    ],
    ['that is ignored', { 'app/Dockerfile': 'FROM scratch', 'app/.dockerignore': 'Dockerfile' }, {}],
  ])('%s travels beside the sources', async (_, tree, parts) => {
    await using files = await checkout(tree);
    const source = await readSource(deployment(), build(parts), files.root);
    expect(Object.keys(source.extra)).toEqual([source.dockerfileName]);
    expect(source.extra[source.dockerfileName]).toBe('FROM scratch');
    expect(source.files.map(({ path }) => path)).not.toContain(source.dockerfileName);
  });

  test('is found below the folder of the deployment file', async () => {
    await using files = await checkout({ 'deploy/shop/app/Dockerfile': 'FROM scratch' });
    const source = await readSource({ ...deployment(), root: 'deploy/shop' }, build(), files.root);
    expect(source.files.map(({ path }) => path)).toEqual(['Dockerfile']);
  });

  test.each<[string, Tree, Partial<Build>, string]>([
    ['is not there', { 'app/a': '' }, {}, 'Dockerfile app/Dockerfile'],
    ['has no context', { 'web.Dockerfile': '' }, { dockerfile: 'web.Dockerfile' }, 'build context app'],
    [
      'has a file for a context',
      { 'web.Dockerfile': '', app: 'x' },
      { dockerfile: 'web.Dockerfile' },
      'build context app',
    ],
  ])('that %s is said with the line that names it', async (_, tree, parts, what) => {
    await using files = await checkout(tree);
    expect(await failureOf(readSource(deployment(), build(parts), files.root))).toMatchObject({
      code: 'BUILD_SOURCE_MISSING',
      message: `There is no ${what} (deploy.yaml:12).`,
    });
  });
});

describe('credentials in the context', () => {
  test.each([
    '.env',
    'config/.env',
    '.env.local',
    '.env.production',
    'server.key',
    'certs/server.pem',
    'keystore.p12',
    'id_rsa',
    '.ssh/id_ed25519',
    'service-account-credentials.json',
  ])('%s is refused', async (path) => {
    await using files = await checkout({ 'app/Dockerfile': '', [`app/${path}`]: 'secret' });
    expect(await failureOf(readSource(deployment(), build(), files.root))).toMatchObject({
      code: 'SECRET_IN_CONTEXT',
      details: [path],
    });
  });

  test.each([
    '.env.example',
    '.env.sample',
    'env',
    '.envrc',
    'keyboard.py',
    'id_rsa.pub',
    'monkey',
    'environment.env.py',
  ])('%s is not', async (path) => {
    await using files = await checkout({ 'app/Dockerfile': '', [`app/${path}`]: '' });
    expect((await readSource(deployment(), build(), files.root)).files).toHaveLength(2);
  });

  test('all of them are named at once', async () => {
    await using files = await checkout({ 'app/Dockerfile': '', 'app/.env': '', 'app/x/tls.key': '' });
    expect(await failureOf(readSource(deployment(), build(), files.root))).toMatchObject({
      details: ['.env', 'x/tls.key'],
    });
  });

  test.each<[string, string, string[]]>([
    ['that are ignored are no matter', '.env', ['x/ca.pem']],
    ['that are taken back by name are meant', '.env\n!x/ca.pem', []],
    ['in a folder that is taken back are still refused', '*\n!x\n!.env', ['x/ca.pem']],
  ])('%s', async (_, ignore, refused) => {
    await using files = await checkout({
      'app/Dockerfile': '',
      'app/.dockerignore': ignore,
      'app/.env': '',
      'app/x/ca.pem': '',
    });
    const reading = readSource(deployment(), build(), files.root);
    if (refused.length === 0) await reading;
    else expect(await failureOf(reading)).toMatchObject({ details: refused });
  });
});
