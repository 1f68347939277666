import type { Host } from '../github/host.ts';
import { choice, text } from '../github/inputs.ts';
import { Failure } from '../lib/failure.ts';
import { commonInputs, githubTokenInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { admitPreview } from './previewing/admit.ts';
import { openGate } from './previewing/gate.ts';
import { pushImages } from './previewing/push.ts';
import { reportPreview } from './previewing/report.ts';

export const action = defineAction({
  description:
    'Decide whether a pull request gets a preview, give it its place, and tell the pull request how it fares.',
  inputs: {
    ...commonInputs,
    stage: choice(['gate', 'admit', 'push', 'report'], {
      description:
        '`gate`: whether the pull request may have a preview; needs no credentials. `admit`: whether there is room for one more, and where it lives. `push`: takes images of a fork into the registry. `report`: what has become of it.',
      default: 'gate',
    }),
    pull_request: text({
      description: 'With `gate`: number of the pull request, where the run was started by hand.',
    }),
    sha: text({
      description:
        'The commit, 40 hex digits. With `gate`, in a run that was started by hand: the commit of a fork that a maintainer has looked at. With `admit` and `report`: what `gate` gave.',
    }),
    images: text({
      description: 'With `push`: folder of the images, `<service>.tar` each, relative to the workspace.',
      default: 'images',
    }),
    state: choice(['in_progress', 'done'], {
      description: 'With `report`: whether more is to come.',
      default: 'done',
    }),
    results: text({
      description: 'With `report`: `toJSON(needs)` of its job. The preview has failed when one of them has.',
      default: '{}',
    }),
    github_token: githubTokenInput,
  },
  outputs: {
    mode: 'Of `gate`: `preview`, `build-only`, or `none`.',
    environment: 'Of `gate`: the environment of the preview, `pr-<number>`.',
    pull_request: 'Of `gate`: the number of the pull request.',
    sha: 'Of `gate`: its newest commit.',
    ref: 'Of `gate`: what jobs with credentials check out: the pull request, or for a fork the branch that the run is on.',
    fork: 'Of `gate`: `true` when the commit is in another repository.',
    admitted: 'Of `admit`: `true` when it has a place.',
    images: 'Of `push`: the image of each service by digest, as JSON.',
    url: 'Of `report`: the address to look at first.',
  },
  run: async (inputs, host) => {
    switch (inputs.stage) {
      case 'gate':
        return await openGate(inputs, host);
      case 'admit':
        return await admitPreview({ ...inputs, sha: commitOf(inputs, host) }, host);
      case 'push':
        return await pushImages({ ...inputs, sha: commitOf(inputs, host) }, host);
      case 'report':
        return await reportPreview({ ...inputs, sha: commitOf(inputs, host) }, host);
    }
  },
});

/** The commit of the pull request, and not the one that GitHub made of it and its base. */
function commitOf({ sha, stage }: { sha: string | undefined; stage: string }, host: Host): string {
  const commit = sha ?? host.environment.GITHUB_SHA ?? '';
  if (/^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new Failure('INPUT_INVALID', `sha is no commit: "${commit}".`, {
    next: `Pass the output sha of stage gate on to stage ${stage}.`,
  });
}
