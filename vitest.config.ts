import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for processes that they have started: with a worker less than cores, a core would idle.
    maxWorkers: '100%',
    server: { deps: { inline: [/@actions\//] } },
  },
});
