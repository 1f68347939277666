import { text } from '../github/inputs.ts';
import { commonInputs } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { configInput, dropInInputs } from './drop-in/inputs.ts';
import { isDropIn } from './drop-in/mode.ts';
import { githubDeploymentInputs } from './github-deployment.ts';
import { imagesInput } from './images-input.ts';
import { rolloutInputs } from './rollout-inputs.ts';

export const action = defineAction({
  description:
    'Deploy one service to Cloud Run: its app as a service and its worker as a worker pool, a service or a job, by image digest.',
  inputs: {
    ...commonInputs,
    config: configInput,
    image: text({
      description:
        'Image to deploy, best by digest. Without it: the image that `build` made of the sources in this checkout, or the `image:` of the file.',
    }),
    images: imagesInput(
      'Images by digest as JSON, by service and of sidecars by `SERVICE/SIDECAR`: the output `images` of actions/promote as it is. What is not in it is taken as without it.',
    ),
    ...rolloutInputs,
    ...dropInInputs,
    ...githubDeploymentInputs,
  },
  outputs: {
    url: "URL of the service, or of this deployment's tag; empty for a worker without an app.",
    revision: 'The newest revision of the service.',
    previous_revision: 'The revision that served before.',
    worker_revision: 'The newest revision of the worker; empty for a job, which has none.',
    image:
      'The image: with a deployment file by digest if it is in Artifact Registry, otherwise as it was named.',
    changed: '`true` when something was changed.',
    metadata:
      'All of it as JSON: service, environment, workloads with name, kind, revision, previous_revision, image, url, traffic, changed, seconds, and the names of what differs.',
  },
  run: async (inputs, host) => {
    // Most of the code is of one of the two ways, and loading the other costs a deployment a fifth of its processor time.
    if (isDropIn(inputs, host)) {
      const { dropIn } = await import('./drop-in/drop-in.ts');
      return await dropIn(inputs, host);
    }
    const { deployFromFile } = await import('./deploy-from-file.ts');
    return await deployFromFile(inputs, host);
  },
});
