/**
 * The release manifest: which revisions, images and secret versions served together, and which commit they were made
 * from. It is named by its content, and stands in the payload of a GitHub deployment.
 */
import { z } from 'zod';
import { contentDigest } from '../lib/canonical-json.ts';
import { type LiveService, type LiveWorkload, workloadsOf } from './live.ts';

const workload = z.object({
  name: z.string(),
  revision: z.string(),
  /** `REPOSITORY/IMAGE@sha256:...`. */
  image: z.string(),
  /** The same of its sidecars, by their names; absent where there are none. */
  sidecars: z.record(z.string(), z.string()).optional(),
  /** `NAME` → `SECRET:VERSION`, of a sidecar `SIDECAR.NAME`; never a value. */
  secrets: z.record(z.string(), z.string()),
});

const manifest = z.object({
  schema: z.literal(1),
  /** `sha256:...` of the rest but `run`, in canonical JSON. */
  manifest: z.string(),
  /** The commit. */
  sha: z.string(),
  /** Address of the run that deployed. */
  run: z.string(),
  services: z.record(z.string(), z.object({ app: workload.optional(), worker: workload.optional() })),
});

export type RecordedWorkload = z.infer<typeof workload>;
export type ReleaseManifest = z.infer<typeof manifest>;

export function manifestOf(
  live: readonly LiveService[],
  source: { sha: string; run: string },
): ReleaseManifest {
  const services = Object.fromEntries(
    live.map((service) => [
      service.key,
      Object.fromEntries(workloadsOf(service).map(([kind, one]) => [kind, recorded(one)])),
    ]),
  );
  const content = { schema: 1 as const, sha: source.sha, services };
  return { ...content, manifest: contentDigest(content), run: source.run };
}

function recorded({ name, revision, image, sidecars, secrets }: LiveWorkload): RecordedWorkload {
  return { name, revision, image, ...(Object.keys(sidecars).length > 0 && { sidecars }), secrets };
}

/** Anybody with the right to write deployments may have written it: what is no manifest, or not its own, is none. */
export function readManifest(payload: unknown): ReleaseManifest | undefined {
  const parsed = manifest.safeParse(payload);
  if (!parsed.success) return undefined;
  const { manifest: name, run: _run, ...content } = parsed.data;
  return contentDigest(content) === name ? parsed.data : undefined;
}
