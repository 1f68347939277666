import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageLocation } from '../../build/image.ts';
import type { Host } from '../../github/host.ts';
import type { Outputs } from '../../github/run-action.ts';
import { pinnedName, pushImage } from '../../google/registry.ts';
import { Failure } from '../../lib/failure.ts';
import { readImageArchive } from '../../preview/image-archive.ts';
import { code, table } from '../../report/markdown.ts';
import { loadConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import type { PreviewInputs } from './admit.ts';
import { requirePreview } from './preview-of.ts';

/**
 * Pushes images that a job without credentials has built, by digest and without a tag: by its sources alone, under which
 * trusted images are found, none of them ever is.
 */
export async function pushImages(
  inputs: PreviewInputs & { readonly images: string },
  host: Host,
): Promise<Outputs> {
  const deployment = await loadConfig(inputs, host);
  requirePreview(deployment);
  const folder = join(host.workspace, inputs.images);
  const found = await readdir(folder).catch((): string[] => []);
  const built = deployment.services.filter(({ build }) => build);
  const missing = built.filter(({ key }) => !found.includes(`${key}.tar`)).map(({ key }) => key);
  if (missing.length > 0) {
    throw new Failure('IMAGE_NOT_BUILT', `There is no image of ${missing.join(', ')} in ${inputs.images}.`, {
      next: 'A service that only the fork has cannot be deployed: push its commits to a branch of the repository.',
    });
  }
  const { context } = await openSession(inputs, deployment, host);
  const temporary = await mkdtemp(join(tmpdir(), 'images-'));
  const images: Record<string, string> = {};
  try {
    for (const { key, build } of built) {
      const parts = join(temporary, key);
      await mkdir(parts);
      const image = await readImageArchive(join(folder, `${key}.tar`), parts);
      const to = imageLocation(deployment, build?.imageName ?? key);
      images[key] = inputs.dry_run ? '' : pinnedName(await pushImage(context.google, to, image));
      host.info(`${key}: ${images[key]}`);
      await rm(parts, { recursive: true });
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const rows = Object.entries(images).map(([key, image]) => [key, code(image)]);
  await host.summarize(table(['service', 'image'], rows));
  return { images: JSON.stringify(images) };
}
