/** Everything of a service that has an image of its own: the service itself, and its sidecars. */
import type { Build, Service } from './deployment.ts';

export interface ImageSource {
  /** `web`, or `web/proxy` for a sidecar of it. */
  readonly name: string;
  /** Where deploy.yaml says it. */
  readonly path: string;
  /** The sidecar's name. */
  readonly sidecar?: string;
  readonly build?: Build;
  readonly image?: string;
}

/** The service itself first. */
export function imageSources(service: Service): readonly ImageSource[] {
  const path = `services.${service.key}`;
  return [
    { name: service.key, path, ...from(service) },
    ...(service.sidecars ?? []).map((sidecar) => ({
      name: `${service.key}/${sidecar.name}`,
      path: `${path}.sidecars.${sidecar.name}`,
      sidecar: sidecar.name,
      ...from(sidecar),
    })),
  ];
}

function from({ build, image }: Pick<ImageSource, 'build' | 'image'>): Pick<ImageSource, 'build' | 'image'> {
  return { ...(build && { build }), ...(image !== undefined && { image }) };
}

/** Whether anything of the service is built from a Dockerfile. */
export function isBuilt(service: Service): boolean {
  return imageSources(service).some(({ build }) => build !== undefined);
}
