import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLeaks } from '../../src/rehearsal/leaks.ts';

test('names each file with a secret, escaped or not, and the printed output, but not what the config itself says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leaks-'));
  try {
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'clean.txt'), 'nothing but aethercast_db and abc');
    await writeFile(join(folder, 'logs', 'plain.log'), 'x hunter2-secret y');
    await writeFile(join(folder, 'quoted.json'), JSON.stringify({ a: 'with "quotes" inside' }));
    await writeFile(join(folder, 'page.html'), '<p>less &lt; more &amp; more</p>');
    const secrets = ['hunter2-secret', 'with "quotes" inside', 'less < more & more', 'aethercast_db', 'abc'];
    const leaks = await findLeaks(folder, 'all is well', secrets, 'database: { name: aethercast_db }');
    expect([...leaks].sort()).toEqual(['logs/plain.log', 'page.html', 'quoted.json']);
    expect(await findLeaks(folder, 'printed hunter2-secret', ['hunter2-secret'], '')).toContain(
      'the printed output',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
