import type { Volume } from './run-resource.ts';
import type { Problems } from './run-v1-problems.ts';
import type { SecretNames } from './run-v1-secrets.ts';
import { filled, type V1Volume } from './run-v1-shapes.ts';

const bucketDriver = 'gcsfuse.run.googleapis.com';
const databaseDriver = 'cloudsql.run.googleapis.com';

export function volumeFromV1(
  volume: V1Volume,
  secrets: SecretNames,
  at: { readonly path: string; readonly problems: Problems },
): Volume {
  const { name, secret, emptyDir, csi, nfs } = volume;
  if (volume.configMap !== undefined) at.problems.add(`${at.path}.config_map`, 'is not supported');
  return filled({
    name,
    secret: secret && {
      ...filled({ secret: secrets.resource(secret.secretName ?? ''), defaultMode: secret.defaultMode }),
      ...(secret.items?.length
        ? { items: secret.items.map(({ key, path, mode }) => filled({ version: key, path, mode })) }
        : {}),
    },
    emptyDir: emptyDir && { medium: 'MEMORY', ...filled({ sizeLimit: emptyDir.sizeLimit }) },
    nfs,
    ...(csi === undefined ? {} : driven(csi, at)),
  });
}

function driven(
  csi: NonNullable<V1Volume['csi']>,
  at: { readonly path: string; readonly problems: Problems },
): Partial<Volume> {
  const attributes = csi.volumeAttributes ?? {};
  switch (csi.driver) {
    case bucketDriver:
      return {
        gcs: filled({
          bucket: attributes.bucketName,
          readOnly: csi.readOnly === true ? true : undefined,
          mountOptions: attributes.mountOptions?.split(',').filter((option) => option !== ''),
        }),
      };
    case databaseDriver:
      return { cloudSqlInstance: { instances: (attributes.instances ?? '').split(',') } };
    default:
      at.problems.add(`${at.path}.csi.driver`, `"${csi.driver ?? ''}" is not supported`);
      return {};
  }
}

/** Cloud SQL instances are not among the volumes of the v1 API: an annotation names them. */
export function volumeToV1(volume: Volume, secrets: SecretNames): V1Volume {
  const { name, secret, emptyDir, gcs, nfs } = volume;
  return filled({
    name,
    secret: secret && {
      ...filled({ secretName: secrets.alias(secret.secret ?? ''), defaultMode: secret.defaultMode }),
      ...(secret.items?.length
        ? { items: secret.items.map(({ version, path, mode }) => filled({ key: version, path, mode })) }
        : {}),
    },
    emptyDir: emptyDir && { medium: 'Memory', ...filled({ sizeLimit: emptyDir.sizeLimit }) },
    csi: gcs && {
      driver: bucketDriver,
      ...filled({ readOnly: gcs.readOnly === true ? true : undefined }),
      volumeAttributes: filled({
        bucketName: gcs.bucket,
        mountOptions: gcs.mountOptions?.join(','),
      }) as Record<string, string>,
    },
    nfs,
  });
}
