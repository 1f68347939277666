import type { Grant } from './deployment.ts';
import { buildPaths, type Draft, where } from './draft.ts';
import type { Place } from './finding.ts';
import {
  appName,
  bucketName,
  buildBucket,
  builderAccountId,
  serviceAccountEmail,
  serviceAccountId,
} from './names.ts';
import { suggestion } from './nearest.ts';
import type { Use } from './references.ts';
import type { ScalarNode } from './source.ts';
import { nodeAt } from './tree.ts';
import type { ServiceUse, ServiceUses } from './uses.ts';

/** Access that follows from what each service uses, its `roles:` and `invokers:`, and what builds need. */
export function deriveGrants(draft: Draft, uses: ReadonlyMap<string, ServiceUses>): readonly Grant[] {
  const grants: Grant[] = [];
  for (const [key, used] of uses) {
    const email = serviceAccountEmail(serviceAccountId(draft.config, key), draft.project);
    const member = `serviceAccount:${email}`;
    grants.push(...secretGrants(member, used));
    grants.push(...volumeGrants(member, key, draft));
    grants.push(...invokerGrants(key, draft));
    grants.push(...used.uses.flatMap((use) => grantFor(member, key, use, draft)));
    grants.push(...roleGrants(member, email, key, draft));
  }
  grants.push(...builderGrants(draft));
  return distinct(grants);
}

function secretGrants(member: string, used: ServiceUses): readonly Grant[] {
  const sidecars = [...used.sidecars.values()].flatMap((container) => container.secrets);
  return [...used.secrets, ...used.secretFiles, ...sidecars].map(({ secret, path, place }) => ({
    member,
    role: 'roles/secretmanager.secretAccessor',
    on: { kind: 'secret', secret },
    because: `${path} reads the secret ${secret}`,
    place,
  }));
}

/** https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts#iam */
function volumeGrants(member: string, key: string, draft: Draft): readonly Grant[] {
  return Object.entries(draft.config.services[key]?.volumes ?? {}).flatMap(([path, volume]): Grant[] => {
    if (volume.bucket === undefined || !draft.scope.buckets.has(volume.bucket)) return [];
    const at = where(draft, 'services', key, 'volumes', path, 'bucket');
    return [
      {
        member,
        role: volume.read_only ? 'roles/storage.objectViewer' : 'roles/storage.objectUser',
        on: { kind: 'bucket', bucket: bucketName(draft.config, volume.bucket, draft.project) },
        because: `${at.path} mounts the bucket ${volume.bucket}${volume.read_only ? ' to read' : ''}`,
        place: at.place,
      },
    ];
  });
}

/** Those that the file names; the services that refer to it follow from their use. */
function invokerGrants(key: string, draft: Draft): readonly Grant[] {
  return (draft.config.services[key]?.app?.invokers ?? []).map((member, index): Grant => {
    const at = where(draft, 'services', key, 'app', 'invokers', index);
    return {
      member,
      role: 'roles/run.invoker',
      on: { kind: 'run_service', service: appName(draft.config, key) },
      because: `${at.path} may call ${key}`,
      place: at.place,
    };
  });
}

function grantFor(member: string, key: string, used: ServiceUse, draft: Draft): readonly Grant[] {
  const { use, path, place } = used;
  if (use.kind === 'database' && reachesDatabase(use)) {
    const on: Grant['on'] = { kind: 'project' };
    return [{ member, role: 'roles/cloudsql.client', on, because: `${path} uses the database`, place }];
  }
  if (use.kind !== 'service' || use.key === key) return [];
  // Without the invoker check there is nothing that a grant would open.
  if (authenticationOf(draft, use.key) === 'none') return [];
  return [
    {
      member,
      role: 'roles/run.invoker',
      on: { kind: 'run_service', service: appName(draft.config, use.key) },
      because: `${path} calls ${use.key}`,
      place,
    },
  ];
}

/** The fields of `${database...}` that are of use only to who connects. */
export function reachesDatabase(use: Use): boolean {
  return use.kind === 'database' && ['host', 'connection_name', 'url'].includes(use.field);
}

export function authenticationOf(draft: Draft, key: string): 'iam' | 'none' {
  const app = draft.config.services[key]?.app;
  return app?.authentication ?? (app?.public ? 'none' : 'iam');
}

function roleGrants(member: string, email: string, key: string, draft: Draft): readonly Grant[] {
  const node = nodeAt(draft.tree, ['services', key, 'roles']);
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    const parsed = item.kind === 'scalar' ? parseRole(item, email, draft) : undefined;
    if (parsed === undefined) return [];
    return [{ member, ...parsed, because: `${item.path} asks for it`, place: item.place }];
  });
}

/** `role`, `role@bucket key` or `role@self`, with or without `roles/`; undefined with a finding otherwise. */
function parseRole(node: ScalarNode, email: string, draft: Draft): Pick<Grant, 'role' | 'on'> | undefined {
  const match = /^(?:roles\/)?([a-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)+)(?:@(.*))?$/.exec(node.text);
  if (match === null) {
    draft.findings.error({
      code: 'INVALID_ROLE',
      at: node,
      message: `"${node.text}" is not a role that can be given here`,
      fix: 'write a predefined role such as aiplatform.user, storage.objectViewer@<bucket key> or iam.serviceAccountTokenCreator@self',
    });
    return undefined;
  }
  const role = `roles/${match[1]}`;
  const target = match[2];
  if (target === undefined) return { role, on: { kind: 'project' } };
  if (target === 'self') return { role, on: { kind: 'service_account', email } };
  if (draft.scope.buckets.has(target))
    return { role, on: { kind: 'bucket', bucket: bucketName(draft.config, target, draft.project) } };
  draft.findings.error({
    code: 'UNDECLARED_BUCKET',
    at: node,
    message: `there is no bucket "${target}"`,
    fix: suggestion(target, [...draft.scope.buckets.keys(), 'self'], `add ${target}: {} under buckets:`),
  });
  return undefined;
}

/** https://cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts */
function builderGrants(draft: Draft): readonly Grant[] {
  const [built] = buildPaths(draft.config);
  if (built === undefined) return [];
  const email = serviceAccountEmail(builderAccountId(draft.config), draft.project);
  const at: { readonly path: string; readonly place: Place } = where(draft, ...built);
  const grant = (role: string, on: Grant['on'], does: string): Grant => ({
    member: `serviceAccount:${email}`,
    role,
    on,
    because: `${at.path} is built here: the build ${does}`,
    place: at.place,
  });
  const bucket = buildBucket(draft.config, draft.project);
  return [
    grant('roles/logging.logWriter', { kind: 'project' }, 'writes its log'),
    grant('roles/artifactregistry.writer', { kind: 'repository' }, 'pushes its image'),
    grant('roles/storage.objectViewer', { kind: 'bucket', bucket }, 'reads its source'),
  ];
}

function distinct(grants: readonly Grant[]): readonly Grant[] {
  const seen = new Map<string, Grant>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.member, grant.role, grant.on]);
    if (!seen.has(key)) seen.set(key, grant);
  }
  return [...seen.values()];
}
