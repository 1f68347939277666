import { text } from '../github/inputs.ts';
import { commonInputs, serviceInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { deployFromFile } from './deploy-from-file.ts';
import { rolloutInputs, trafficInputs } from './rollout-inputs.ts';

export const action = defineAction({
  description:
    'Deploy one service to Cloud Run: its app as a service and its worker as a worker pool, by image digest.',
  inputs: {
    ...commonInputs,
    service: serviceInput,
    image: text({
      description:
        'Image to deploy, best by digest. Without it: the image that `build` made of the sources in this checkout, or the `image:` of the file.',
    }),
    ...rolloutInputs,
    ...trafficInputs,
  },
  outputs: {
    url: "URL of the service, or of this deployment's tag; empty for a worker without an app.",
    revision: 'The newest revision of the service.',
    previous_revision: 'The revision that served before.',
    worker_revision: 'The newest revision of the worker pool.',
    image: 'The image by digest.',
    changed: '`true` when something was changed.',
    metadata:
      'All of it as JSON: service, environment, workloads with name, kind, revision, previous_revision, image, url, traffic, changed, seconds, and the names of what differs.',
  },
  run: deployFromFile,
});
