/**
 * An emulator in a process of its own, so that its memory and its time are its own. Sends `{url, token}` when it is
 * ready, and `{heap, resident}` in bytes, after a collection, for every message.
 */
import { startEmulator } from '../src/emulator/emulator.ts';
import { project } from './project.ts';

const emulator = await startEmulator({
  postgres: false,
  projects: [
    {
      ...project,
      enabledApis: ['run.googleapis.com', 'secretmanager.googleapis.com', 'artifactregistry.googleapis.com'],
      bindings: [{ role: 'roles/owner', members: ['user:owner@example.com'] }],
    },
  ],
});
process.send?.({ url: emulator.url, token: emulator.userToken('owner@example.com') });
process.on('message', () => {
  // What died since the last collection may need a second one.
  for (let round = 0; round < 2; round += 1) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ heap: heapUsed, resident: rss });
});
