import type { ProjectRecord } from './apis/cloudresourcemanager.ts';
import { addServiceAccount } from './apis/iam.ts';
import { enabledByDefault } from './apis/service-catalog.ts';
import { services } from './apis/serviceusage.ts';
import { checkProvider, type ProviderRecord, pools, providers } from './apis/workload-identity.ts';
import { plantPolicy } from './iam/policies.ts';
import type { Cloud } from './service.ts';
import { serviceAccountName } from './service-accounts.ts';

export interface SeedBinding {
  readonly role: string;
  readonly members: readonly string[];
}

export interface SeedProvider {
  readonly id: string;
  readonly issuerUri: string;
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly attributeCondition?: string;
  readonly allowedAudiences?: readonly string[];
  readonly jwksJson?: string;
}

/** What a project has before anybody uses the emulator: what an administrator set up by hand. */
export interface SeedProject {
  readonly id: string;
  /** Digits only. */
  readonly number: string;
  readonly bindings?: readonly SeedBinding[];
  /** On top of what every new project has enabled. */
  readonly enabledApis?: readonly string[];
  readonly serviceAccounts?: readonly { readonly id: string; readonly bindings?: readonly SeedBinding[] }[];
  readonly pools?: readonly { readonly id: string; readonly providers: readonly SeedProvider[] }[];
}

/** What workload identity federation cannot do without. */
const federationApis = ['iam.googleapis.com', 'iamcredentials.googleapis.com', 'sts.googleapis.com'];

/** Projects that the state already has (from a state file) are left as they are. */
export function plant(cloud: Cloud, projects: readonly SeedProject[]): void {
  const table = cloud.table<ProjectRecord>('projects');
  const added = projects.filter((project) => !table.has(project.id));
  for (const project of added) {
    checkProject(project);
    table.set(project.id, {
      id: project.id,
      number: project.number,
      createTime: cloud.timestamp(),
      etag: cloud.etag(),
    });
    const federation = (project.pools ?? []).length > 0 ? federationApis : [];
    for (const api of [...enabledByDefault, ...federation, ...(project.enabledApis ?? [])]) {
      services(cloud).set(`${project.id}/${api}`, { state: 'ENABLED', since: cloud.timestamp() });
    }
    plantPools(cloud, project);
  }
  // Bindings may name accounts of any of the projects, so they come when all of those are there.
  const accounts = added.flatMap((project) =>
    (project.serviceAccounts ?? []).map((account) => ({
      account,
      record: addServiceAccount(cloud, project.id, account.id),
    })),
  );
  for (const { account, record } of accounts) {
    if (account.bindings !== undefined) {
      plantPolicy(cloud, serviceAccountName(record), { bindings: mutable(account.bindings) });
    }
  }
  for (const project of added) {
    if (project.bindings !== undefined) {
      plantPolicy(cloud, `projects/${project.id}`, { bindings: mutable(project.bindings) });
    }
  }
}

function checkProject(project: SeedProject): void {
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project.id)) {
    throw new Error(
      `project id "${project.id}": 6 to 30 lower-case letters, digits and hyphens, a letter first`,
    );
  }
  if (!/^\d{1,19}$/.test(project.number)) {
    throw new Error(`project number "${project.number}" of ${project.id}: digits only`);
  }
}

function plantPools(cloud: Cloud, project: SeedProject): void {
  for (const pool of project.pools ?? []) {
    const name = `projects/${project.number}/locations/global/workloadIdentityPools/${pool.id}`;
    pools(cloud).set(name, { name, projectId: project.id, disabled: false, state: 'ACTIVE' });
    for (const provider of pool.providers) {
      const record: ProviderRecord = {
        name: `${name}/providers/${provider.id}`,
        disabled: false,
        state: 'ACTIVE',
        attributeMapping: { ...provider.attributeMapping },
        ...(provider.attributeCondition === undefined
          ? {}
          : { attributeCondition: provider.attributeCondition }),
        oidc: {
          issuerUri: provider.issuerUri,
          ...(provider.allowedAudiences === undefined
            ? {}
            : { allowedAudiences: [...provider.allowedAudiences] }),
          ...(provider.jwksJson === undefined ? {} : { jwksJson: provider.jwksJson }),
        },
      };
      checkProvider(record);
      providers(cloud).set(record.name, record);
    }
  }
}

function mutable(bindings: readonly SeedBinding[]): { role: string; members: string[] }[] {
  return bindings.map((binding) => ({ role: binding.role, members: [...binding.members] }));
}
