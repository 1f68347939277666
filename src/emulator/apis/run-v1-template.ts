import type { Template } from './run-resource.ts';
import { podFromV1, podToV1, templateMetadata } from './run-v1-pod.ts';
import type { Problems } from './run-v1-problems.ts';
import { filled, type RevisionTemplate } from './run-v1-shapes.ts';

/** The template of a service or worker pool, both ways. */

type Kind = 'services' | 'workerPools';

export function templateFromV1(
  template: RevisionTemplate | undefined,
  kind: Kind,
  problems: Problems,
): Template {
  const { metadata, spec = {} } = template ?? {};
  return {
    ...templateMetadata(metadata, kind, problems),
    ...podFromV1(spec, metadata?.annotations, kind, { spec: 'spec.template.spec', problems }),
    ...filled({
      revision: metadata?.name,
      timeout: spec.timeoutSeconds === undefined ? undefined : `${spec.timeoutSeconds}s`,
      maxInstanceRequestConcurrency: spec.containerConcurrency || undefined,
    }),
  };
}

/** `name` is that of the revision, where the template is that of one. */
export function templateToV1(template: Template, kind: Kind): RevisionTemplate {
  const { spec, annotations } = podToV1(template, kind);
  return {
    metadata: filled({
      name: template.revision,
      labels: template.labels,
      annotations: { ...template.annotations, ...annotations },
    }),
    spec: {
      ...spec,
      ...filled({
        containerConcurrency: template.maxInstanceRequestConcurrency,
        timeoutSeconds: template.timeout === undefined ? undefined : Number.parseFloat(template.timeout),
      }),
    },
  };
}
