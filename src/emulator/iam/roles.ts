/**
 * The predefined roles, as far as the APIs of the emulator ask for their permissions. A pattern's `*` stands for any
 * part of a permission. https://cloud.google.com/iam/docs/roles-permissions
 */
interface Role {
  readonly allow: readonly string[];
  readonly except?: readonly string[];
}

const projectReading = ['resourcemanager.projects.get'];
const readOnly = [
  '*.get',
  '*.list',
  '*.getIamPolicy',
  '*.listEffectiveTags',
  '*.access*Schema',
  'logging.logEntries.list',
  'monitoring.timeSeries.list',
];

const roles: Readonly<Record<string, Role>> = {
  // Owners may do everything but impersonate: tokens of a service account need a role on that account.
  'roles/owner': {
    allow: ['*'],
    except: [
      'iam.serviceAccounts.getAccessToken',
      'iam.serviceAccounts.getOpenIdToken',
      'iam.serviceAccounts.signBlob',
      'iam.serviceAccounts.signJwt',
      'iam.serviceAccounts.implicitDelegation',
      'storage.objects.*',
      'cloudsql.instances.login',
    ],
  },
  'roles/editor': {
    allow: ['*'],
    except: [
      '*.setIamPolicy',
      'iam.serviceAccounts.getAccessToken',
      'iam.serviceAccounts.getOpenIdToken',
      'iam.serviceAccounts.signBlob',
      'iam.serviceAccounts.signJwt',
      'iam.serviceAccounts.implicitDelegation',
      'iam.workloadIdentityPool*',
      'resourcemanager.projects.update*',
      'secretmanager.versions.access',
      'servicenetworking.services.addPeering',
      'storage.objects.*',
      'storage.buckets.get*',
      'storage.buckets.update',
      'cloudsql.instances.login',
    ],
  },
  'roles/viewer': {
    allow: readOnly,
    except: ['storage.objects.*', 'storage.buckets.get*'],
  },
  'roles/browser': { allow: ['resourcemanager.projects.get*', 'resourcemanager.projects.list'] },

  'roles/run.admin': {
    allow: ['run.*', 'resourcemanager.projects.get', 'resourcemanager.projects.list'],
  },
  'roles/run.developer': {
    allow: ['run.*', 'resourcemanager.projects.get', 'resourcemanager.projects.list'],
    except: ['run.*.setIamPolicy', 'run.routes.invoke'],
  },
  'roles/run.viewer': { allow: ['run.*.get', 'run.*.list', 'run.*.getIamPolicy', ...projectReading] },
  'roles/run.invoker': { allow: ['run.routes.invoke', 'run.jobs.run'] },
  'roles/run.sourceDeveloper': {
    allow: ['run.*', 'resourcemanager.projects.get', 'resourcemanager.projects.list'],
    except: ['run.*.setIamPolicy', 'run.routes.invoke'],
  },

  'roles/iam.serviceAccountUser': {
    allow: ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.get', 'iam.serviceAccounts.list'],
  },
  'roles/iam.serviceAccountAdmin': {
    allow: [
      'iam.serviceAccounts.create',
      'iam.serviceAccounts.delete',
      'iam.serviceAccounts.disable',
      'iam.serviceAccounts.enable',
      'iam.serviceAccounts.get',
      'iam.serviceAccounts.getIamPolicy',
      'iam.serviceAccounts.list',
      'iam.serviceAccounts.setIamPolicy',
      'iam.serviceAccounts.undelete',
      'iam.serviceAccounts.update',
      ...projectReading,
    ],
  },
  'roles/iam.serviceAccountCreator': {
    allow: ['iam.serviceAccounts.create', 'iam.serviceAccounts.get', 'iam.serviceAccounts.list'],
  },
  'roles/iam.serviceAccountViewer': {
    allow: ['iam.serviceAccounts.get', 'iam.serviceAccounts.getIamPolicy', 'iam.serviceAccounts.list'],
  },
  'roles/iam.serviceAccountTokenCreator': {
    allow: [
      'iam.serviceAccounts.get',
      'iam.serviceAccounts.getAccessToken',
      'iam.serviceAccounts.getOpenIdToken',
      'iam.serviceAccounts.implicitDelegation',
      'iam.serviceAccounts.list',
      'iam.serviceAccounts.signBlob',
      'iam.serviceAccounts.signJwt',
    ],
  },
  'roles/iam.serviceAccountOpenIdTokenCreator': { allow: ['iam.serviceAccounts.getOpenIdToken'] },
  'roles/iam.workloadIdentityUser': {
    allow: [
      'iam.serviceAccounts.get',
      'iam.serviceAccounts.getAccessToken',
      'iam.serviceAccounts.getOpenIdToken',
      'iam.serviceAccounts.list',
    ],
  },
  'roles/iam.workloadIdentityPoolAdmin': {
    allow: ['iam.workloadIdentityPools.*', 'iam.workloadIdentityPoolProviders.*', ...projectReading],
  },
  'roles/iam.workloadIdentityPoolViewer': {
    allow: [
      'iam.workloadIdentityPools.get',
      'iam.workloadIdentityPools.list',
      'iam.workloadIdentityPoolProviders.get',
      'iam.workloadIdentityPoolProviders.list',
    ],
  },
  'roles/iam.securityReviewer': { allow: ['*.getIamPolicy', '*.list'] },
  'roles/iam.securityAdmin': { allow: ['*.getIamPolicy', '*.setIamPolicy', '*.list', ...projectReading] },
  'roles/resourcemanager.projectIamAdmin': {
    allow: [
      'resourcemanager.projects.get',
      'resourcemanager.projects.getIamPolicy',
      'resourcemanager.projects.setIamPolicy',
    ],
  },
  'roles/serviceusage.serviceUsageAdmin': {
    allow: [
      'serviceusage.services.*',
      'serviceusage.operations.*',
      'serviceusage.quotas.*',
      ...projectReading,
    ],
  },
  'roles/serviceusage.serviceUsageViewer': {
    allow: ['serviceusage.services.get', 'serviceusage.services.list', ...projectReading],
  },
  'roles/serviceusage.serviceUsageConsumer': {
    allow: [
      'serviceusage.services.get',
      'serviceusage.services.list',
      'serviceusage.services.use',
      ...projectReading,
    ],
  },

  'roles/cloudbuild.builds.editor': { allow: ['cloudbuild.*', ...projectReading] },
  'roles/cloudbuild.builds.viewer': {
    allow: ['cloudbuild.builds.get', 'cloudbuild.builds.list', ...projectReading],
  },
  'roles/cloudbuild.builds.builder': {
    allow: [
      'artifactregistry.repositories.get',
      'artifactregistry.repositories.list',
      'artifactregistry.repositories.downloadArtifacts',
      'artifactregistry.repositories.uploadArtifacts',
      'artifactregistry.dockerimages.*',
      'artifactregistry.packages.get',
      'artifactregistry.packages.list',
      'artifactregistry.tags.create',
      'artifactregistry.tags.get',
      'artifactregistry.tags.list',
      'artifactregistry.tags.update',
      'artifactregistry.versions.get',
      'artifactregistry.versions.list',
      'cloudbuild.builds.*',
      'logging.logEntries.create',
      'storage.buckets.create',
      'storage.buckets.get',
      'storage.buckets.list',
      'storage.objects.create',
      'storage.objects.delete',
      'storage.objects.get',
      'storage.objects.list',
      'storage.objects.update',
      ...projectReading,
    ],
  },

  'roles/artifactregistry.admin': { allow: ['artifactregistry.*'] },
  'roles/artifactregistry.repoAdmin': {
    allow: ['artifactregistry.*'],
    except: [
      'artifactregistry.repositories.create',
      'artifactregistry.repositories.update',
      'artifactregistry.repositories.delete',
      'artifactregistry.repositories.setIamPolicy',
      'artifactregistry.repositories.getIamPolicy',
    ],
  },
  'roles/artifactregistry.writer': {
    allow: [
      'artifactregistry.*.get',
      'artifactregistry.*.list',
      'artifactregistry.repositories.downloadArtifacts',
      'artifactregistry.repositories.uploadArtifacts',
      'artifactregistry.tags.create',
      'artifactregistry.tags.update',
    ],
  },
  'roles/artifactregistry.reader': {
    allow: [
      'artifactregistry.*.get',
      'artifactregistry.*.list',
      'artifactregistry.repositories.downloadArtifacts',
    ],
  },

  'roles/storage.admin': { allow: ['storage.*', 'resourcemanager.projects.get'] },
  'roles/storage.objectAdmin': {
    allow: ['storage.objects.*', 'storage.folders.*', 'storage.multipartUploads.*', ...projectReading],
  },
  'roles/storage.objectUser': {
    allow: [
      'storage.objects.create',
      'storage.objects.delete',
      'storage.objects.get',
      'storage.objects.list',
      'storage.objects.update',
      ...projectReading,
    ],
  },
  'roles/storage.objectCreator': { allow: ['storage.objects.create', ...projectReading] },
  'roles/storage.objectViewer': {
    allow: ['storage.objects.get', 'storage.objects.list', ...projectReading],
  },
  'roles/storage.legacyBucketOwner': {
    allow: [
      'storage.buckets.get',
      'storage.buckets.getIamPolicy',
      'storage.buckets.setIamPolicy',
      'storage.buckets.update',
      'storage.objects.create',
      'storage.objects.delete',
      'storage.objects.list',
    ],
  },
  'roles/storage.legacyBucketWriter': {
    allow: [
      'storage.buckets.get',
      'storage.objects.create',
      'storage.objects.delete',
      'storage.objects.list',
    ],
  },
  'roles/storage.legacyBucketReader': { allow: ['storage.buckets.get', 'storage.objects.list'] },
  'roles/storage.legacyObjectOwner': {
    allow: [
      'storage.objects.get',
      'storage.objects.getIamPolicy',
      'storage.objects.setIamPolicy',
      'storage.objects.update',
    ],
  },
  'roles/storage.legacyObjectReader': { allow: ['storage.objects.get'] },

  'roles/cloudsql.admin': {
    allow: ['cloudsql.*', ...projectReading],
    except: ['cloudsql.instances.login'],
  },
  'roles/cloudsql.editor': {
    allow: ['cloudsql.*', ...projectReading],
    except: [
      'cloudsql.instances.create',
      'cloudsql.instances.delete',
      'cloudsql.instances.login',
      'cloudsql.users.create',
      'cloudsql.users.delete',
      'cloudsql.users.update',
      'cloudsql.databases.delete',
    ],
  },
  'roles/cloudsql.viewer': { allow: ['cloudsql.*.get', 'cloudsql.*.list', ...projectReading] },
  'roles/cloudsql.client': { allow: ['cloudsql.instances.connect', 'cloudsql.instances.get'] },
  'roles/cloudsql.instanceUser': { allow: ['cloudsql.instances.get', 'cloudsql.instances.login'] },

  'roles/secretmanager.admin': { allow: ['secretmanager.*', ...projectReading] },
  'roles/secretmanager.secretAccessor': { allow: ['secretmanager.versions.access', ...projectReading] },
  'roles/secretmanager.secretVersionAdder': { allow: ['secretmanager.versions.add', ...projectReading] },
  'roles/secretmanager.secretVersionManager': {
    allow: [
      'secretmanager.versions.add',
      'secretmanager.versions.destroy',
      'secretmanager.versions.disable',
      'secretmanager.versions.enable',
      'secretmanager.versions.get',
      'secretmanager.versions.list',
      ...projectReading,
    ],
  },
  'roles/secretmanager.viewer': {
    allow: [
      'secretmanager.locations.*',
      'secretmanager.secrets.get',
      'secretmanager.secrets.getIamPolicy',
      'secretmanager.secrets.list',
      'secretmanager.versions.get',
      'secretmanager.versions.list',
      ...projectReading,
    ],
  },

  'roles/redis.admin': { allow: ['redis.*', 'compute.networks.list', ...projectReading] },
  'roles/redis.editor': {
    allow: ['redis.*.get', 'redis.*.list', 'redis.instances.update', ...projectReading],
  },
  'roles/redis.viewer': { allow: ['redis.*.get', 'redis.*.list', ...projectReading] },
  'roles/compute.networkAdmin': {
    allow: [
      'compute.addresses.*',
      'compute.globalAddresses.*',
      'compute.globalOperations.*',
      'compute.regionOperations.*',
      'compute.zoneOperations.*',
      'compute.networks.*',
      'compute.subnetworks.*',
      'compute.routers.*',
      'compute.routes.*',
      'compute.firewalls.get',
      'compute.firewalls.list',
      'compute.regions.*',
      'compute.zones.*',
      'compute.projects.get',
      'servicenetworking.*',
      'serviceusage.services.get',
      'serviceusage.services.list',
      ...projectReading,
    ],
  },
  'roles/compute.networkUser': {
    allow: [
      'compute.networks.get',
      'compute.networks.list',
      'compute.networks.use',
      'compute.subnetworks.get',
      'compute.subnetworks.list',
      'compute.subnetworks.use',
      ...projectReading,
    ],
  },
  'roles/compute.networkViewer': {
    allow: [
      'compute.addresses.get',
      'compute.addresses.list',
      'compute.globalAddresses.get',
      'compute.globalAddresses.list',
      'compute.firewalls.get',
      'compute.firewalls.list',
      'compute.networks.get',
      'compute.networks.list',
      'compute.routers.get',
      'compute.routers.list',
      'compute.subnetworks.get',
      'compute.subnetworks.list',
      'servicenetworking.services.get',
      ...projectReading,
    ],
  },
  'roles/compute.securityAdmin': {
    allow: [
      'compute.firewalls.*',
      'compute.securityPolicies.*',
      'compute.sslCertificates.*',
      'compute.globalOperations.get',
      'compute.globalOperations.list',
      'compute.networks.get',
      'compute.networks.list',
      'compute.networks.updatePolicy',
      ...projectReading,
    ],
  },
  'roles/compute.viewer': { allow: ['compute.*.get', 'compute.*.list', ...projectReading] },
  'roles/compute.admin': { allow: ['compute.*', ...projectReading] },
  'roles/servicenetworking.networksAdmin': { allow: ['servicenetworking.*', ...projectReading] },
  'roles/vpcaccess.admin': { allow: ['vpcaccess.*', ...projectReading] },
  'roles/vpcaccess.user': {
    allow: ['vpcaccess.connectors.get', 'vpcaccess.connectors.list', 'vpcaccess.connectors.use'],
  },
  'roles/dns.admin': { allow: ['dns.*', ...projectReading] },
  'roles/dns.reader': { allow: ['dns.*.get', 'dns.*.list', ...projectReading] },

  'roles/logging.admin': { allow: ['logging.*', ...projectReading] },
  'roles/logging.logWriter': { allow: ['logging.logEntries.create', 'logging.logEntries.route'] },
  'roles/logging.viewer': {
    allow: [
      'logging.logEntries.list',
      'logging.logs.list',
      'logging.*.get',
      'logging.*.list',
      ...projectReading,
    ],
  },
  'roles/logging.privateLogViewer': {
    allow: [
      'logging.logEntries.list',
      'logging.privateLogEntries.list',
      'logging.logs.list',
      ...projectReading,
    ],
  },
  'roles/monitoring.admin': { allow: ['monitoring.*', ...projectReading] },
  'roles/monitoring.editor': { allow: ['monitoring.*', ...projectReading] },
  'roles/monitoring.viewer': { allow: ['monitoring.*.get', 'monitoring.*.list', ...projectReading] },
  'roles/monitoring.metricWriter': {
    allow: ['monitoring.timeSeries.create', 'monitoring.metricDescriptors.*'],
  },
  'roles/billing.admin': { allow: ['billing.*'] },
  'roles/billing.costsManager': {
    allow: ['billing.accounts.get', 'billing.accounts.list', 'billing.budgets.*'],
  },
  'roles/billing.viewer': { allow: ['billing.*.get', 'billing.*.list', 'billing.*.getIamPolicy'] },
  'roles/aiplatform.user': { allow: ['aiplatform.*', ...projectReading] },
  'roles/aiplatform.admin': { allow: ['aiplatform.*', ...projectReading] },
  'roles/aiplatform.viewer': { allow: ['aiplatform.*.get', 'aiplatform.*.list', ...projectReading] },

  // Real roles whose permissions no API of the emulator asks for: bindings with them are accepted and kept.
  'roles/bigquery.dataEditor': { allow: ['bigquery.*'] },
  'roles/bigquery.dataViewer': { allow: ['bigquery.*.get', 'bigquery.*.list'] },
  'roles/bigquery.jobUser': { allow: ['bigquery.jobs.create'] },
  'roles/cloudkms.cryptoKeyEncrypterDecrypter': { allow: ['cloudkms.cryptoKeyVersions.use*'] },
  'roles/cloudprofiler.agent': { allow: ['cloudprofiler.*'] },
  'roles/cloudscheduler.admin': { allow: ['cloudscheduler.*'] },
  'roles/cloudtasks.enqueuer': { allow: ['cloudtasks.tasks.create'] },
  'roles/cloudtrace.agent': { allow: ['cloudtrace.traces.patch'] },
  'roles/cloudtranslate.user': { allow: ['cloudtranslate.*'] },
  'roles/containeranalysis.occurrences.viewer': { allow: ['containeranalysis.occurrences.*'] },
  'roles/datastore.user': { allow: ['datastore.*'] },
  'roles/errorreporting.writer': { allow: ['errorreporting.errorEvents.create'] },
  'roles/eventarc.eventReceiver': { allow: ['eventarc.events.receiveEvent'] },
  'roles/firebase.admin': { allow: ['firebase.*'] },
  'roles/pubsub.editor': { allow: ['pubsub.*'] },
  'roles/pubsub.publisher': { allow: ['pubsub.topics.publish'] },
  'roles/pubsub.subscriber': { allow: ['pubsub.subscriptions.consume'] },
  'roles/speech.client': { allow: ['speech.*'] },
};

export function roleExists(role: string): boolean {
  return role in roles || /^(projects|organizations)\/[^/]+\/roles\/[A-Za-z0-9_.]{3,64}$/.test(role);
}

/** Whether the role holds the permission. */
export function roleGrants(role: string, permission: string): boolean {
  const definition = roles[role];
  if (definition === undefined) return false;
  return (
    definition.allow.some((pattern) => matches(pattern, permission)) &&
    !(definition.except ?? []).some((pattern) => matches(pattern, permission))
  );
}

const compiled = new Map<string, RegExp>();

function matches(pattern: string, permission: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    compiled.set(pattern, expression);
  }
  return expression.test(permission);
}
