import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dockerBuild, dockerSave } from '../build/docker.ts';
import { type BuiltImage, buildImage, findImage } from '../build/image.ts';
import { readSource, type Source } from '../build/source.ts';
import type { Deployment } from '../config/deployment.ts';
import { imageSources } from '../config/images.ts';
import { runCommand } from '../github/command.ts';
import type { Host } from '../github/host.ts';
import { boolean, text } from '../github/inputs.ts';
import type { Outputs } from '../github/run-action.ts';
import type { Google } from '../google/google.ts';
import { Failure } from '../lib/failure.ts';
import { code, table } from '../report/markdown.ts';
import { commonInputs, serviceInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { loadConfig } from './load-config.ts';
import { serviceOf } from './service-of.ts';
import { openSession } from './session.ts';

export const action = defineAction({
  description:
    'Build the images of one service and its sidecars with Cloud Build, unless the registry already has those of the same sources.',
  inputs: {
    ...commonInputs,
    service: serviceInput,
    rebuild: boolean({
      description:
        'Build even if the registry has an image of these sources, for instance to take up a newer base image.',
      default: 'false',
    }),
    local: boolean({
      description:
        'Build with the docker of this runner, without credentials, and push nothing: for commits that nobody has looked at.',
      default: 'false',
    }),
    archive: text({
      description:
        'With `local`: file to write the image of the service to, relative to the workspace, as `docker save` does.',
    }),
  },
  outputs: {
    image: 'The image by digest, `REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:...`.',
    digest: 'The digest alone, `sha256:...`.',
    tag: 'The tag that stands for the sources, `src-...`.',
    skipped: '`true` when the registry already had the images of these sources and nothing was built.',
    build_id: 'Id of the Cloud Build build; empty when nothing was built.',
  },
  run: async (inputs, host) => {
    const deployment = await loadConfig(inputs, host);
    const service = serviceOf(deployment, inputs.service);
    const builds = imageSources(service).flatMap(({ name, build }) => (build ? [{ name, build }] : []));
    if (builds.length === 0) {
      throw new Failure(
        'NOTHING_TO_BUILD',
        `Service ${service.key} has no \`build:\` in ${deployment.file}.`,
        {
          next: 'Leave it out of the build matrix (the plan action does), or add `build:`.',
        },
      );
    }
    const sources = await Promise.all(
      builds.map(async ({ name, build }) => ({
        name,
        source: await readSource(deployment, build, host.workspace),
      })),
    );
    if (inputs.local) return await buildHere(deployment, sources, inputs, host);
    const { context } = await openSession(inputs, deployment, host);
    const order = { google: context.google, deployment, ...inputs };
    const images = await Promise.all(sources.map((one) => imageOf(order, one, host)));
    const rows = images.flatMap(({ name, source, built }) =>
      built ? [[name, code(built.image), `${source.files.length} files, ${source.tag}`]] : [],
    );
    if (rows.length > 0) await host.summarize(table(['service', 'image', 'sources'], rows));
    // The service's own, or that of its first sidecar when nothing else of it is built.
    const [own] = images;
    const found = own?.known ?? own?.built;
    return {
      tag: own?.source.tag,
      image: found?.image,
      digest: found?.digest,
      skipped: images.every(({ known }) => known !== undefined),
      build_id: own?.built?.buildId,
    };
  },
});

interface Order {
  readonly google: Google;
  readonly deployment: Deployment;
  readonly rebuild: boolean;
  readonly dry_run: boolean;
}

interface Named {
  readonly name: string;
  readonly source: Source;
}

/** The image that is there, or the one that was built; neither of them in a dry run without an image. */
async function imageOf(
  { google, deployment, rebuild, dry_run }: Order,
  { name, source }: Named,
  host: Host,
): Promise<Named & { readonly known?: BuiltImage; readonly built?: BuiltImage }> {
  const known = rebuild ? undefined : await findImage(google, deployment, source);
  if (known) {
    host.info(`unchanged: ${known.image} was built from these sources`);
    return { name, source, known };
  }
  if (dry_run) return { name, source };
  const built = await buildImage(google, deployment, source, host.info);
  host.info(`built ${built.image}`);
  return { name, source, built };
}

/** Nothing is asked of Google, so that nothing of the sources can be mixed up with what others trust. */
async function buildHere(
  deployment: Deployment,
  images: readonly Named[],
  inputs: { readonly archive: string | undefined; readonly dry_run: boolean },
  host: Host,
): Promise<Outputs> {
  const [own] = images;
  const nameOf = ({ source }: Named): string => `${source.build.imageName}:${source.tag}`;
  if (inputs.dry_run) return { tag: own?.source.tag, skipped: false };
  for (const image of images)
    await runCommand(host, 'docker', dockerBuild(deployment, image.source, nameOf(image)));
  if (own && inputs.archive) {
    const file = join(host.workspace, inputs.archive);
    await mkdir(dirname(file), { recursive: true });
    await runCommand(host, 'docker', dockerSave(nameOf(own), file));
  }
  const rows = images.map((image) => [image.name, code(nameOf(image))]);
  const what = inputs.archive
    ? `The first is written to ${inputs.archive}.`
    : 'They are thrown away with this runner.';
  await host.summarize(`${table(['built here', 'image'], rows)}\n\n${what}`);
  return { tag: own?.source.tag, skipped: false };
}
