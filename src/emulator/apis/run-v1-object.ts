import { fieldsOf, type Mapping, outputsIn, ownAnnotations, ownLabels } from './run-v1-annotations.ts';
import type { Place } from './run-v1-metadata.ts';
import { Problems } from './run-v1-problems.ts';
import { filled, type V1Object } from './run-v1-shapes.ts';
import { isSystemKey } from './run-validation.ts';

export interface Names {
  /** The project as the path names it; the object's namespace may be its id or its number. */
  readonly projectId: string;
  readonly projectNumber: string;
  /** What the path says, or nothing for a new object. */
  readonly id?: string;
}

/** Refuses an object that is not what the path says it is. */
export function checkIdentity(object: V1Object, place: Place, names: Names, problems: Problems): void {
  if (object.apiVersion !== place.apiVersion) {
    problems.add('api_version', `must be "${place.apiVersion}"`);
  }
  if (object.kind !== place.kind) problems.add('kind', `must be "${place.kind}"`);
  const { name, namespace } = object.metadata ?? {};
  if (!name) problems.add('metadata.name', 'is required');
  else if (names.id !== undefined && name !== names.id) {
    problems.add('metadata.name', `must be "${names.id}", as in the path`);
  }
  if (namespace && namespace !== names.projectId && namespace !== names.projectNumber) {
    problems.add('metadata.namespace', `must be the project: "${names.projectId}" or its number`);
  }
}

/** Notes what the object says of itself that only Google writes. */
export function noteOutputs(object: V1Object, ignore: (path: string) => void): void {
  for (const path of outputsIn(object.metadata ?? {}, 'metadata')) ignore(path);
  for (const path of outputsIn(object.spec?.template?.metadata ?? {}, 'spec.template.metadata')) ignore(path);
}

const creatorAnnotation = 'serving.knative.dev/creator';

/**
 * Knative words it so (https://github.com/knative/serving/pull/4763). An object without the annotation is taken, since
 * `gcloud run services replace` sends files that do not have it.
 */
export function refuseOtherCreator(object: V1Object, creator: string): void {
  const given = object.metadata?.annotations?.[creatorAnnotation];
  if (given === undefined || given === creator) return;
  const problems = new Problems();
  problems.add(`metadata.annotations[${creatorAnnotation}]`, 'annotation value is immutable');
  problems.throwIfAny();
}

/** The fields of a v2 resource that an object's metadata stand for. */
export function resourceFields(
  object: V1Object,
  mappings: readonly Mapping[],
  problems: Problems,
): Record<string, unknown> {
  const { labels, annotations, resourceVersion } = object.metadata ?? {};
  const at = { path: 'metadata.annotations', problems };
  for (const key of Object.keys(ownLabels(labels))) {
    if (isSystemKey(key)) problems.add(`metadata.labels[${key}]`, 'the label is reserved for the system');
  }
  return {
    ...fieldsOf(annotations, mappings, at),
    ...filled({
      labels: ownLabels(labels),
      annotations: ownAnnotations(annotations, mappings, at),
      etag: resourceVersion,
    }),
  };
}
