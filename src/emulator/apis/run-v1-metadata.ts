import { partsOf, shortName } from './run-resource.ts';
import { filled, type ObjectMeta } from './run-v1-shapes.ts';

/** Where a kind of object stands in the v1 API. */
export interface Place {
  readonly apiVersion: 'serving.knative.dev/v1' | 'run.googleapis.com/v1';
  readonly kind: string;
  /** Last part of the collection's path: `services`, `workerpools`. */
  readonly plural: string;
}

/** What Google writes into every object: the namespace is the project's number. */
export function metadataToV1(
  resource: {
    readonly name: string;
    readonly uid: string;
    readonly etag: string;
    readonly createTime: string;
    readonly generation?: string;
    readonly deleteTime?: string;
  },
  place: Place,
  projectNumber: string,
  own: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly unknown[];
  },
): ObjectMeta {
  const id = shortName(resource.name);
  return filled({
    name: id,
    namespace: projectNumber,
    selfLink: `/apis/${place.apiVersion}/namespaces/${projectNumber}/${place.plural}/${id}`,
    uid: resource.uid,
    resourceVersion: resource.etag,
    generation: Number(resource.generation ?? '1'),
    creationTimestamp: resource.createTime,
    deletionTimestamp: resource.deleteTime,
    labels: { ...own.labels, 'cloud.googleapis.com/location': partsOf(resource.name).location },
    annotations: own.annotations,
    ownerReferences: own.ownerReferences,
  }) as ObjectMeta;
}

export function ownerReference(
  place: Place,
  owner: { readonly name: string; readonly uid: string },
): unknown {
  return {
    apiVersion: place.apiVersion,
    kind: place.kind,
    name: shortName(owner.name),
    uid: owner.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
