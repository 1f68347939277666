/** What a deployment would do to one service, told from what is there. Reads only. */
import { findImage } from '../../build/image.ts';
import type { Source } from '../../build/source.ts';
import type { Service } from '../../config/deployment.ts';
import { type ImageSource, imageSources } from '../../config/images.ts';
import { UnknownFact } from '../../config/template.ts';
import { type Change, knownAfterApply } from '../../engine/change.ts';
import { makePlan } from '../../engine/plan.ts';
import { latestVersionNumber } from '../../google/secretmanager.ts';
import { usedSecrets } from '../../release/used-secrets.ts';
import type { PlannedImage, ServicePlan } from '../../report/plan-page.ts';
import { formerWorkers } from '../../resources/former-workers.ts';
import { pinned } from '../../resources/image-digest.ts';
import { secretAddress } from '../../resources/secret.ts';
import type { Release } from '../../resources/workload.ts';
import { resourcesOf } from '../deploy-from-file.ts';
import type { Session } from '../session.ts';
import { whyBuilt } from './why-built.ts';

export interface PlanningSite {
  readonly session: Session;
  /** Of the infrastructure: a secret that gets a new version changes who uses it. */
  readonly infrastructure: readonly Change[];
  /** By the names of ImageSource. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Files that the pull request or the push touches, relative to the repository; absent when nobody can tell. */
  readonly touched: readonly string[] | undefined;
}

export async function planService(site: PlanningSite, service: Service): Promise<ServicePlan> {
  const { session } = site;
  const enabled = await session.context.enabled();
  const images = await Promise.all(
    imageSources(service).map(async (source) => ({
      source,
      image: await imageOf(site, service, source, enabled),
    })),
  );
  const image = imageOfAll(images);
  if (!enabled.has('run.googleapis.com')) {
    return { key: service.key, image, changes: [], open: 'new: Cloud Run is not enabled in the project yet' };
  }
  const release = {
    ...releaseImages(images),
    secretVersions: await secretVersions(site, service, enabled),
    origin: {},
    commit: 'planned',
  };
  const rollout = { shift: { kind: 'shift' }, passes: async () => false } as const;
  try {
    const { context } = session;
    const former = await formerWorkers(context, service, false);
    const resources = [...resourcesOf(context, service, release, rollout), ...former];
    const { changes, left } = await makePlan(resources, { ...session, emit: () => {} });
    return { key: service.key, image, changes, left };
  } catch (error) {
    if (!(error instanceof UnknownFact)) throw error;
    return { key: service.key, image, changes: [], open: `rests on what provision makes: ${error.message}` };
  }
}

interface Looked {
  readonly source: ImageSource;
  readonly image: PlannedImage;
}

/** One line for the service: its own image, unless only a sidecar of it has to be built. */
function imageOfAll(images: readonly Looked[]): PlannedImage {
  const [own] = images;
  const toBuild = images.find(({ image }) => image.kind === 'to build');
  const shown = own?.image.kind === 'to build' ? own : (toBuild ?? own);
  if (!shown) throw new Error('a service has an image');
  const { source, image } = shown;
  return image.kind === 'to build' && source.sidecar
    ? { kind: 'to build', why: `sidecar ${source.sidecar}: ${image.why}` }
    : image;
}

function releaseImages(images: readonly Looked[]): Pick<Release, 'image' | 'sidecarImages'> {
  const named = images.map(({ source, image }) => [
    source.sidecar ?? '',
    image.kind === 'there' ? image.image : `${source.build?.image ?? source.name}@(to be built)`,
  ]);
  const { '': image = '', ...sidecarImages } = Object.fromEntries(named) as Record<string, string>;
  return { image, sidecarImages };
}

async function imageOf(
  site: PlanningSite,
  service: Service,
  { name, image, sidecar }: ImageSource,
  enabled: ReadonlySet<string>,
): Promise<PlannedImage> {
  const { context } = site.session;
  const source = site.sources.get(name);
  if (!source) return { kind: 'there', image: await pinned(context.google, image ?? '') };
  const found = enabled.has('artifactregistry.googleapis.com')
    ? await findImage(context.google, context.deployment, source)
    : undefined;
  if (found) return { kind: 'there', image: found.image };
  return { kind: 'to build', why: await whyBuilt(context, service, { source, sidecar }, site.touched) };
}

/** The versions that a deployment would pin: the newest, unless provisioning is going to add one. */
async function secretVersions(
  site: PlanningSite,
  service: Service,
  enabled: ReadonlySet<string>,
): Promise<Record<string, string>> {
  const { context } = site.session;
  const names = usedSecrets(service);
  const changing = new Set(site.infrastructure.map(({ address }) => address));
  const versions = await Promise.all(
    names.map(async (name) => {
      const known = enabled.has('secretmanager.googleapis.com') && !changing.has(secretAddress(name));
      const number = known
        ? await latestVersionNumber(context.google, context.deployment.project, name)
        : undefined;
      return [name, number ?? knownAfterApply] as const;
    }),
  );
  return Object.fromEntries(versions);
}
