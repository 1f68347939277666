import type { Deployment, Service } from '../../config/deployment.ts';
import { openReferences, type Reference, type Template } from '../../config/template.ts';

export type NodeKind = 'service' | 'database' | 'redis' | 'bucket';

export interface EstateNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  /** One line each, below the title. */
  readonly lines: readonly string[];
  /** Reached from the internet. */
  readonly public: boolean;
}

export interface EstateEdge {
  readonly from: string;
  readonly to: string;
  /** `calls`: over HTTP; `uses`: data. */
  readonly kind: 'calls' | 'uses';
}

/** Who calls whom and who uses what, read from a deployment. */
export interface Estate {
  readonly nodes: readonly EstateNode[];
  readonly edges: readonly EstateEdge[];
}

export function estateOf(deployment: Deployment): Estate {
  const { database, redis, buckets, services } = deployment;
  const keyOfApp = new Map(services.flatMap(({ key, app }) => (app === undefined ? [] : [[app.name, key]])));
  const nodes: EstateNode[] = services.map((service) => ({
    id: idOf('service', service.key),
    kind: 'service',
    title: service.key,
    lines: workloadLines(service),
    public: service.app?.ingress === 'all',
  }));
  if (database !== undefined) nodes.push(dataNode('database', database.instance, database.version));
  if (redis !== undefined) nodes.push(dataNode('redis', redis.instance, redis.version));
  for (const bucket of buckets) nodes.push(dataNode('bucket', bucket.name, 'Cloud Storage'));
  const edges = services.flatMap((service): EstateEdge[] => {
    const from = idOf('service', service.key);
    const references = referencesOf(service, deployment);
    const called = new Set(
      references.flatMap((reference) =>
        reference.kind === 'service' ? [keyOfApp.get(reference.service) ?? ''] : [],
      ),
    );
    called.delete(service.key);
    called.delete('');
    const uses: string[] = [];
    const touches = (kind: Reference['kind']): boolean => references.some((one) => one.kind === kind);
    if (
      database !== undefined &&
      (service.cloudSql || touches('database') || usesDatabaseSecrets(service, deployment))
    )
      uses.push(idOf('database', database.instance));
    if (redis !== undefined && touches('redis')) uses.push(idOf('redis', redis.instance));
    for (const name of bucketsOf(service, deployment)) uses.push(idOf('bucket', name));
    return [
      ...[...called].map((key): EstateEdge => ({ from, to: idOf('service', key), kind: 'calls' })),
      ...uses.map((to): EstateEdge => ({ from, to, kind: 'uses' })),
    ];
  });
  return { nodes, edges };
}

function idOf(kind: NodeKind, name: string): string {
  return `${kind}:${name}`;
}

function dataNode(kind: NodeKind, name: string, line: string): EstateNode {
  return { id: idOf(kind, name), kind, title: name, lines: [line], public: false };
}

function workloadLines({ app, worker }: Service): readonly string[] {
  return [
    ...(app === undefined ? [] : [`service :${app.port}, ${app.memory}, 0–${app.maxInstances}`]),
    ...(worker === undefined ? [] : [`worker ×${worker.instances}, ${worker.memory}`]),
  ];
}

/** The open references in the variables of a service and in the secrets that it reads. */
function referencesOf(service: Service, deployment: Deployment): readonly Reference[] {
  const read = new Set(Object.values(service.secrets).map(({ secret }) => secret));
  const templates: readonly Template[] = [
    ...Object.values(service.env),
    ...deployment.secrets.flatMap(({ name, source }) =>
      source.kind === 'value' && read.has(name) ? [source.template] : [],
    ),
  ];
  return templates.flatMap(openReferences);
}

function usesDatabaseSecrets(service: Service, { database }: Deployment): boolean {
  if (database === undefined) return false;
  return Object.values(service.secrets).some(({ secret }) => secret === database.passwordSecret);
}

function bucketsOf(service: Service, deployment: Deployment): readonly string[] {
  const account = deployment.serviceAccounts.find(({ id }) => id === service.serviceAccount);
  const members = new Set([
    `serviceAccount:${service.serviceAccount}`,
    ...(account === undefined ? [] : [`serviceAccount:${account.email}`]),
  ]);
  const names = deployment.grants.flatMap(({ member, on }) =>
    on.kind === 'bucket' && members.has(member) ? [on.bucket] : [],
  );
  return [...new Set(names)];
}
