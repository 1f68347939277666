import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, type Run, shop } from '../support/resources.ts';

const services = 'services: { web: { image: "nginx:1.29", app: { public: true } } }';
const text = (more = '') =>
  shop(
    services,
    'frontend:',
    '  folder: dist',
    `  config_json: { API_URL: "\${services.web.url}", RETRIES: 3 }`,
    more,
  );
const bucket = `shop-frontend-${project.id}`;

const files = {
  'index.html': '<!doctype html><script src="assets/app.3f9c12ab.js"></script>',
  'assets/app.3f9c12ab.js': 'console.log(1)',
  'assets/logo': 'no extension',
  'style.css': 'body {}',
};

interface Site extends AsyncDisposable {
  readonly cloud: TestCloud;
  readonly workspace: string;
  write(name: string, content: string): Promise<void>;
  run(more?: string, settings?: { prune?: boolean; planOnly?: boolean }): Promise<Run>;
  objects(): Promise<readonly { name: string; contentType: string; cacheControl: string }[]>;
  content(name: string): Promise<string>;
}

async function site(): Promise<Site> {
  const workspace = await mkdtemp(join(tmpdir(), 'aethercast-frontend-'));
  const cloud = await testCloud();
  const write = async (name: string, content: string): Promise<void> => {
    const path = join(workspace, 'dist', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return {
    cloud,
    workspace,
    write,
    run: (more, settings = {}) => provision(cloud.emulator, text(more), { workspace, ...settings }),
    objects: async () =>
      ((await cloud.asOwner('GET', `/storage/v1/b/${bucket}/o`)).body.items ?? []) as never,
    content: async (name) => {
      const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;
      const response = await fetch(`${cloud.emulator.url}${path}`, {
        headers: { authorization: `Bearer ${cloud.emulator.userToken('nobody@example.com')}` },
      });
      return response.ok ? await response.text() : `HTTP ${response.status}`;
    },
    [Symbol.asyncDispose]: async () => {
      await cloud.emulator.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}

describe('the frontend', () => {
  test('is readable by everybody, with types and caching, and the second run does nothing', async () => {
    await using here = await site();
    const first = await here.run();
    expect(failures(first.outcomes)).toEqual([]);
    const shown = (await here.objects()).map((object) => [
      object.name,
      object.contentType,
      object.cacheControl,
    ]);
    expect(shown).toEqual([
      ['assets/app.3f9c12ab.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['assets/logo', 'application/octet-stream', 'no-cache'],
      ['config.json', 'application/json; charset=utf-8', 'no-cache'],
      ['index.html', 'text/html; charset=utf-8', 'no-cache'],
      ['style.css', 'text/css; charset=utf-8', 'no-cache'],
    ]);
    expect(await here.content('index.html')).toBe(files['index.html']);
    expect(JSON.parse(await here.content('config.json'))).toEqual({
      API_URL: `https://shop-web-${project.number}.us-central1.run.app`,
      RETRIES: 3,
    });
    const made = await here.cloud.asOwner('GET', `/storage/v1/b/${bucket}`);
    expect(made.body).toMatchObject({
      website: { mainPageSuffix: 'index.html', notFoundPage: 'index.html' },
    });
    const second = await here.run();
    expect([second.changes, second.writes]).toEqual([[], []]);
  });

  test('writes only what changed, and takes nothing away unless asked to prune', async () => {
    await using here = await site();
    await here.run();
    await here.write('style.css', 'body { color: red }');
    await rm(join(here.workspace, 'dist', 'assets', 'logo'));
    const changed = await here.run();
    expect(brief(changed.changes)).toEqual([`frontend/${bucket} update style.css`]);
    expect(changed.writes).toHaveLength(1);
    expect(await here.content('style.css')).toBe('body { color: red }');
    expect(await here.content('assets/logo')).toBe('no extension');
    const pruned = await here.run('', { prune: true });
    expect(brief(pruned.changes)).toEqual([`frontend/${bucket} update assets/logo`]);
    expect(await here.content('assets/logo')).toBe('HTTP 404');
  });

  test('writes pages last, so that none refers to what is not there yet', async () => {
    await using here = await site();
    here.cloud.emulator.faults.add({ id: 'storage.objects.insert', nth: 5, status: 403, message: 'no more' });
    const run = await here.run();
    expect(failures(run.outcomes)).toEqual([`frontend/${bucket}: no more`]);
    const names = (await here.objects()).map(({ name }) => name);
    expect(names).toEqual(['assets/app.3f9c12ab.js', 'assets/logo', 'config.json', 'style.css']);
  });

  test('keeps the files of folders that are said never to change', async () => {
    await using here = await site();
    await here.run('  immutable: [assets/]');
    const logo = (await here.objects()).find(({ name }) => name === 'assets/logo');
    expect(logo?.cacheControl).toBe('public, max-age=31536000, immutable');
  });

  test('ends in a sentence where the organization forbids public buckets, and writes no file', async () => {
    await using here = await site();
    here.cloud.emulator.faults.add({
      method: 'PUT',
      path: `/b/${bucket}/iam`,
      status: 412,
      message:
        'The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.',
      times: Number.POSITIVE_INFINITY,
    });
    const run = await here.run();
    expect(failures(run.outcomes)).toEqual([
      expect.stringContaining('An organization policy forbids a bucket that everybody may read'),
      `frontend/${bucket}: not tried`,
    ]);
    expect(await here.objects()).toEqual([]);
  });

  test.each([
    ['a credential', (here: Site) => here.write('.env', 'KEY=1'), '.env looks like a credential'],
    ['a key file', (here: Site) => here.write('certs/web.pem', 'x'), 'certs/web.pem looks like a credential'],
    [
      'a link to elsewhere',
      (here: Site) => symlink('/etc/hostname', join(here.workspace, 'dist', 'host')),
      'host is a link',
    ],
  ])('is not shown with %s in its folder', async (_, spoil, detail) => {
    await using here = await site();
    await spoil(here);
    const failure = await here.run('', { planOnly: true }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'FRONTEND_NOT_PUBLIC', details: [detail] });
  });

  test('that was not built is a sentence before anything is written', async () => {
    await using here = await site();
    await rm(join(here.workspace, 'dist', 'index.html'));
    const noPage = await here.run('', { planOnly: true }).catch((error: unknown) => error);
    expect(noPage).toMatchObject({
      code: 'FRONTEND_FOLDER',
      message: 'dist holds no index.html (deploy.yaml:6).',
    });
    await rm(join(here.workspace, 'dist'), { recursive: true });
    const nothing = await here.run('', { planOnly: true }).catch((error: unknown) => error);
    expect(nothing).toMatchObject({
      code: 'FRONTEND_FOLDER',
      message: 'There is no folder dist (deploy.yaml:6).',
    });
  });
});
