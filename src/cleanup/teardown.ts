/**
 * Taking an environment down: everything that carries its mark, in an order that Google accepts. What holds data of
 * people stays or leaves a backup unless told otherwise, and what stays is told with its reason.
 */
import type { Deployment } from '../config/deployment.ts';
import { pullRequestOf } from '../config/preview-names.ts';
import { type FinalBackup, finalBackups } from '../google/sqladmin.ts';
import { Failure } from '../lib/failure.ts';
import { rightsOnProject, rightsOnRegistry, serviceAccounts } from './access.ts';
import { type OwnInstance, sqlInstances } from './databases.ts';
import type { Leftover } from './leftover.ts';
import { networks } from './networks.ts';
import type { Site } from './site.ts';
import { stores } from './stores.ts';
import { watching } from './watching.ts';
import { workloads } from './workloads.ts';

export interface TeardownOptions {
  /** GitHub's number of the repository, where it is known. */
  readonly repository: string | undefined;
  readonly backup: FinalBackup | undefined;
  /** Deletes the buckets under `buckets:` with what is in them. */
  readonly deleteData: boolean;
  /** Takes the protection off instances that have it. */
  readonly liftProtection: boolean;
  /** Other environments of the file that live in the same project. */
  readonly neighbours: readonly Deployment[];
  /** Whether previews live off this environment: in its project, its instance, its registry. */
  readonly carriesPreviews: boolean;
}

/** Something that a teardown leaves where it is. */
export interface Kept {
  readonly what: string;
  readonly why: string;
}

export interface TeardownView {
  readonly goes: readonly Leftover[];
  readonly kept: readonly Kept[];
  /** Instances whose protection stands in the way. */
  readonly isProtected: readonly OwnInstance[];
  /** Environments of previews that live off this one. */
  readonly previews: readonly string[];
}

/** What there is now, by a fresh listing of every collection. */
export async function viewTeardown(site: Site, options: TeardownOptions): Promise<TeardownView> {
  const { deployment } = site.context;
  const [instances, ...others] = await Promise.all([
    sqlInstances(site, options.backup),
    workloads(site),
    stores(site),
    serviceAccounts(site),
    networks(site),
    watching(site),
  ]);
  const all = [...instances, ...others.flat()];
  const named = all.filter(({ mark }) => mark.deployment === deployment.name);
  const own = named.filter(
    ({ mark }) =>
      mark.environment === deployment.environment &&
      (mark.repository === undefined ||
        options.repository === undefined ||
        mark.repository === options.repository),
  );
  const shared = sharedWith(options.neighbours);
  const keptOf = (one: Leftover): string | undefined => {
    const user = shared.get(one.address);
    if (user !== undefined) return `the environment ${user} of ${deployment.file} names it as well`;
    if (one.kind === 'bucket' && isData(one, deployment) && !options.deleteData)
      return 'it holds data; `delete_data: true` deletes it with everything in it';
    return undefined;
  };
  const goes = own.filter((one) => keptOf(one) === undefined);
  const accounts = goes.filter(({ kind }) => kind === 'service_account');
  // The policy of a registry that goes anyway goes with it.
  const registryGoes = goes.some(
    ({ kind, name }) => kind === 'repository' && name === site.context.deployment.repository.name,
  );
  const rights = await Promise.all([
    rightsOnProject(site, accounts),
    registryGoes ? [] : rightsOnRegistry(site, accounts),
  ]);
  return {
    goes: [...goes, ...rights.flat()],
    kept: own.flatMap((one) => {
      const why = keptOf(one);
      return why === undefined ? [] : [{ what: one.address, why }];
    }),
    isProtected: instances.filter((one) => goes.includes(one) && one.isProtected),
    previews: options.carriesPreviews
      ? [...new Set(named.map(({ mark }) => mark.environment).filter((name) => pullRequestOf(name)))].sort()
      : [],
  };
}

/** Throws before anything is changed; the message names what stands in the way and what to do about it. */
export function requireTeardownAllowed(view: TeardownView, site: Site, options: TeardownOptions): void {
  const { environment } = site.context.deployment;
  if (view.previews.length > 0) {
    throw new Failure(
      'PREVIEWS_ALIVE',
      `${view.previews.length} previews live off ${environment}: ${view.previews.join(', ')}. Nothing was changed.`,
      {
        next: `They use its database, registry and network. Close their pull requests, or run cleanup with \`environment: ${view.previews[0]}\` for each, then run again.`,
      },
    );
  }
  if (view.isProtected.length > 0 && !options.liftProtection) {
    const names = view.isProtected.map(({ name }) => name).join(', ');
    throw new Failure(
      'DELETION_PROTECTED',
      `Cloud SQL instance ${names} has deletion protection. Nothing was changed.`,
      {
        next: 'If the database is really to go, run again with `lift_protection: true`: it takes the protection off and then deletes it.',
      },
    );
  }
}

/** What is there after it, and stays for a reason. */
export async function remainsOf(site: Site): Promise<readonly Kept[]> {
  const { google, deployment } = site.context;
  const { project, database } = deployment;
  const backups =
    database && site.enabled.has('sqladmin.googleapis.com')
      ? await finalBackups(google, project, database.instance)
      : [];
  return [
    ...backups.map((backup) => ({
      what: `final backup ${backup.name ?? ''}`,
      why: `of ${database?.instance ?? ''}${backup.expiryTime ? `, kept until ${backup.expiryTime}` : ''}; restore it with \`gcloud sql backups restore\``,
    })),
    ...(database
      ? [
          {
            what: `the name ${database.instance}`,
            why: 'Google keeps the name of a deleted Cloud SQL instance for about a week',
          },
        ]
      : []),
    { what: 'enabled APIs', why: 'others in the project may use them' },
    {
      what: 'the trust of the repository: workload identity pool `github` and account `deployer`',
      why: 'this run came in by it; other environments of the project may as well',
    },
    { what: `the project ${project}`, why: 'it is not made by this suite' },
  ];
}

/** Addresses that another environment of the same project names, with that environment. */
function sharedWith(neighbours: readonly Deployment[]): ReadonlyMap<string, string> {
  return new Map(
    neighbours.flatMap((other) => addressesOf(other).map((address) => [address, other.environment])),
  );
}

function addressesOf(deployment: Deployment): readonly string[] {
  const { network, database, redis, frontend, repository, builds } = deployment;
  return [
    ...deployment.services.flatMap(({ app, worker }) => [
      ...(app ? [`run_service/${app.name}`] : []),
      ...(worker ? [`worker_pool/${worker.name}`] : []),
    ]),
    ...deployment.secrets.map(({ name }) => `secret/${name}`),
    ...deployment.serviceAccounts.map(({ id }) => `service_account/${id}`),
    ...deployment.buckets.map(({ name }) => `bucket/${name}`),
    `bucket/${builds.bucket}`,
    ...(frontend ? [`bucket/${frontend.bucket}`] : []),
    `repository/${repository.name}`,
    ...(database ? [`sql_instance/${database.instance}`] : []),
    ...(redis ? [`redis/${redis.instance}`] : []),
    ...(network ? networkAddresses(network) : []),
  ];
}

function networkAddresses(network: NonNullable<Deployment['network']>): readonly string[] {
  const { name, subnet, router, dns, privateServices } = network;
  return [
    `network/${name}`,
    `peering/${name}`,
    `subnet/${subnet}`,
    ...(router ? [`router/${router.name}`] : []),
    ...(dns ? [`dns_zone/${dns.zone}`] : []),
    ...(privateServices ? [`address_range/${privateServices.rangeName}`] : []),
  ];
}

/** Source archives and the files of a website are made again by the next deployment; the rest nobody can make again. */
function isData({ name }: Leftover, { builds, frontend }: Deployment): boolean {
  return name !== builds.bucket && name !== frontend?.bucket;
}
