import { type Draft, where, whereKey } from './draft.ts';
import { nodeAt, type Path } from './tree.ts';

/** Exactly one of the two says where the image of a service or of a sidecar comes from. */
export function checkImage(
  path: Path,
  own: { image?: string | undefined; build?: unknown },
  draft: Draft,
): void {
  const key = String(path.at(-1));
  const isWritten = (part: string) => nodeAt(draft.written, [...path, part]) !== undefined;
  const built = own.build !== undefined || isWritten('build');
  const given = own.image !== undefined || isWritten('image');
  if (built && given) {
    draft.findings.error({
      code: 'IMAGE_AND_BUILD',
      at: where(draft, ...path, own.image === undefined ? 'build' : 'image'),
      message: `${key} has a ready image: and a build:`,
      fix: 'keep one of the two',
    });
  } else if (!built && !given) {
    draft.findings.error({
      code: 'NO_IMAGE',
      at: whereKey(draft, ...path),
      message: `${key} has neither build: nor image:`,
      fix: 'add build: { context: . } to build a Dockerfile, or image: with a ready image',
    });
  }
  if (own.image !== undefined) checkPinned(path, own.image, draft);
}

function checkPinned(path: Path, image: string, draft: Draft): void {
  const at = where(draft, ...path, 'image');
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return;
  if (!/^[a-z0-9][a-zA-Z0-9._:/@-]*$/.test(image) || image.includes('@')) {
    const message = `${JSON.stringify(image)} is not the name of an image`;
    const fix = 'write HOST/PATH/IMAGE@sha256:DIGEST, or :TAG for the digest';
    draft.findings.error({ code: 'INVALID_VALUE', at, message, fix });
    return;
  }
  // A colon in the last part begins the tag; an earlier one is the port of the registry.
  const tag = /:([^/]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== 'latest') return;
  draft.findings.error({
    code: 'UNPINNED_IMAGE',
    at,
    message:
      tag === undefined ? `${image} has no tag, which means latest` : `${image} can change at any time`,
    fix: 'name a digest (@sha256:…) or a tag that is not moved',
  });
}
