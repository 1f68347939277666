/**
 * Run's Knative view, for YAML that is written in it: it is handed on as it is, so that nothing of it is lost in
 * translation. Its paths are served by the host of a region alone.
 * https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services
 */
import { isNotFound } from './error.ts';
import type { Google } from './google.ts';

export type KnativeKind = 'Service' | 'Job' | 'WorkerPool';

/** The parts of the object that we look at; the rest is the user's. */
export interface KnativeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, unknown>>;
    readonly labels?: Readonly<Record<string, unknown>>;
  };
  readonly [part: string]: unknown;
}

export interface KnativeLocation {
  readonly kind: KnativeKind;
  readonly project: string;
  readonly region: string;
  readonly name: string;
}

const collections: Readonly<Record<KnativeKind, string>> = {
  Service: 'apis/serving.knative.dev/v1/namespaces/{project}/services',
  Job: 'apis/run.googleapis.com/v1/namespaces/{project}/jobs',
  WorkerPool: 'apis/run.googleapis.com/v1/namespaces/{project}/workerpools',
};

/** The object as it is, or `undefined` when there is none. */
export async function getKnative(google: Google, at: KnativeLocation): Promise<KnativeObject | undefined> {
  try {
    return await google.transport.send<KnativeObject>({
      api: 'run',
      region: at.region,
      method: 'GET',
      path: `${collectionOf(at)}/${at.name}`,
    });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Creates the object. A repetition of a create that had its effect is refused with 409. */
export async function createKnative(google: Google, at: KnativeLocation, body: KnativeObject): Promise<void> {
  await google.transport.send({
    api: 'run',
    region: at.region,
    method: 'POST',
    path: collectionOf(at),
    body,
    repeatable: true,
  });
}

/** Replaces the object; a `resourceVersion` in it that is not the newest is refused with 409. */
export async function replaceKnative(
  google: Google,
  at: KnativeLocation,
  body: KnativeObject,
): Promise<void> {
  await google.transport.send({
    api: 'run',
    region: at.region,
    method: 'PUT',
    path: `${collectionOf(at)}/${at.name}`,
    body,
  });
}

function collectionOf({ kind, project }: KnativeLocation): string {
  return collections[kind].replace('{project}', project);
}
