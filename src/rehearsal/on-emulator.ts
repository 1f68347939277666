import type { Emulator } from '../emulator/emulator.ts';
import type { RunOptions } from './run.ts';

/** What lets the jobs of a run reach the emulator in place of Google and GitHub, by its clock. */
export function onEmulator(
  emulator: Emulator,
  timeScale: number,
): Pick<RunOptions, 'environment' | 'oidc' | 'googleOrigin'> {
  return {
    environment: {
      ...emulator.environment(),
      ...(timeScale === 1 ? {} : { AETHERCAST_TIME_SCALE: String(timeScale) }),
    },
    oidc: {
      url: emulator.github.oidcUrl,
      issueRequestToken: (claims) =>
        emulator.github.issueRequestToken({ ...claims, repository: claims.repository ?? '' }),
    },
    googleOrigin: emulator.url,
  };
}
