import { buildImage, findImage } from '../build/image.ts';
import { readSource } from '../build/source.ts';
import { boolean } from '../github/inputs.ts';
import { Failure } from '../lib/failure.ts';
import { code, table } from '../report/markdown.ts';
import { commonInputs, serviceInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { loadConfig } from './load-config.ts';
import { serviceOf } from './service-of.ts';
import { openSession } from './session.ts';

export const action = defineAction({
  description:
    'Build the image of one service with Cloud Build, unless the registry already has one of the same sources.',
  inputs: {
    ...commonInputs,
    service: serviceInput,
    rebuild: boolean({
      description:
        'Build even if the registry has an image of these sources, for instance to take up a newer base image.',
      default: 'false',
    }),
  },
  outputs: {
    image: 'The image by digest, `REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:...`.',
    digest: 'The digest alone, `sha256:...`.',
    tag: 'The tag that stands for the sources, `src-...`.',
    skipped: '`true` when the registry already had an image of these sources and nothing was built.',
    build_id: 'Id of the Cloud Build build; empty when nothing was built.',
  },
  run: async (inputs, host) => {
    const deployment = await loadConfig(inputs, host);
    const service = serviceOf(deployment, inputs.service);
    if (!service.build) {
      throw new Failure(
        'NOTHING_TO_BUILD',
        `Service ${service.key} has no \`build:\` in ${deployment.file}.`,
        {
          next: 'Leave it out of the build matrix (the plan action does), or add `build:`.',
        },
      );
    }
    const source = await readSource(deployment, service.build, host.workspace);
    const { context } = await openSession(inputs, deployment, host);
    const known = inputs.rebuild ? undefined : await findImage(context.google, deployment, source);
    const outputs = { tag: source.tag, image: known?.image, digest: known?.digest };
    if (known) host.info(`unchanged: ${known.image} was built from these sources`);
    if (known || inputs.dry_run) return { ...outputs, skipped: known !== undefined };
    const built = await buildImage(context.google, deployment, source, host.info);
    host.info(`built ${built.image}`);
    await host.summarize(
      table(
        ['service', 'image', 'sources'],
        [[service.key, code(built.image), `${source.files.length} files, ${source.tag}`]],
      ),
    );
    return { ...outputs, image: built.image, digest: built.digest, skipped: false, build_id: built.buildId };
  },
});
