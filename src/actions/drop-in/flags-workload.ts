/** Flags that change a service or job as a whole. https://cloud.google.com/sdk/gcloud/reference/run/deploy */
import { type Draft, type Edit, removeContainers } from './draft.ts';
import {
  each,
  entries,
  type FlagTable,
  jobEdit,
  jobs,
  list,
  nothing,
  serviceEdit,
  services,
  setting,
  switched,
  value,
} from './flag-kinds.ts';
import { duration, integer, integerOrDefault, oneOf } from './flag-values.ts';
import { FlagProblem, pairs, withoutQuotes } from './flag-words.ts';
import { clearLabels, removeLabels, updateLabels } from './labels.ts';
import { isCloudSql } from './variables.ts';

const environments = { gen1: 'EXECUTION_ENVIRONMENT_GEN1', gen2: 'EXECUTION_ENVIRONMENT_GEN2' };
const egresses = {
  'private-ranges-only': 'PRIVATE_RANGES_ONLY',
  'all-traffic': 'ALL_TRAFFIC',
  all: 'ALL_TRAFFIC',
};
const ingresses = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
};

type Network = NonNullable<NonNullable<Draft['task']['vpcAccess']>['networkInterfaces']>[number];

export const workloadFlags: FlagTable = {
  '--add-cloudsql-instances': list((items) => cloudSql((have) => [...have, ...items])),
  '--add-custom-audiences': list((items) => audiences((have) => [...have, ...items]), services),
  '--add-volume': each(addVolume),
  '--allow-unauthenticated': switched((on, { orders }) => {
    orders.everybody = on;
    return undefined;
  }, services),
  '--binary-authorization': value((text) => (draft) => {
    const resource = draft.kind === 'service' ? draft.service : draft.job;
    const policy = withoutQuotes(text);
    resource.binaryAuthorization = policy === 'default' ? { useDefault: true } : { policy };
  }),
  '--breakglass': value((text) => (draft) => {
    const resource = draft.kind === 'service' ? draft.service : draft.job;
    resource.binaryAuthorization = {
      ...resource.binaryAuthorization,
      breakglassJustification: withoutQuotes(text),
    };
  }),
  '--clear-binary-authorization': nothing(() => (draft) => {
    delete (draft.kind === 'service' ? draft.service : draft.job).binaryAuthorization;
  }),
  '--clear-cloudsql-instances': nothing(() => cloudSql(() => [])),
  '--clear-custom-audiences': nothing(() => audiences(() => []), services),
  '--clear-key': nothing(() => ({ task }) => {
    delete task.encryptionKey;
  }),
  '--clear-labels': nothing(clearLabels),
  '--clear-network': nothing(() => leaveVpc('networkInterfaces')),
  '--clear-network-tags': nothing(() => changeNetwork('tags', [])),
  '--clear-volumes': nothing(() => ({ task }) => {
    task.volumes = (task.volumes ?? []).filter(isCloudSql);
  }),
  '--clear-vpc-connector': nothing(() => leaveVpc('connector')),
  '--concurrency': value((text) => {
    const most = integerOrDefault(text);
    return serviceEdit(({ template }) => {
      if (most === undefined) delete template.maxInstanceRequestConcurrency;
      else template.maxInstanceRequestConcurrency = most;
    });
  }, services),
  '--default-url': switched(
    (on) =>
      serviceEdit(({ service }) => {
        service.defaultUriDisabled = !on;
      }),
    services,
  ),
  '--deploy-health-check': switched(
    (on) =>
      serviceEdit(({ template }) => {
        template.healthCheckDisabled = !on;
      }),
    services,
  ),
  '--description': value(
    (text) =>
      serviceEdit(({ service }) => {
        service.description = withoutQuotes(text);
      }),
    services,
  ),
  '--execute-now': nothing(({ orders }) => {
    orders.run ??= 'and go on';
    return undefined;
  }, jobs),
  '--execution-environment': value((text) => {
    const environment = oneOf(text, environments);
    return ({ task }) => {
      task.executionEnvironment = environment;
    };
  }),
  '--gpu-type': setting((accelerator) => ({ task }) => {
    task.nodeSelector = { accelerator };
  }),
  '--gpu-zonal-redundancy': switched((on) => ({ task }) => {
    task.gpuZonalRedundancyDisabled = !on;
  }),
  '--iap': switched(
    (on) =>
      serviceEdit(({ service }) => {
        service.iapEnabled = on;
      }),
    services,
  ),
  '--ingress': value((text) => {
    const ingress = oneOf(text, ingresses);
    return serviceEdit(({ service }) => {
      service.ingress = ingress;
    });
  }, services),
  '--invoker-iam-check': switched(
    (on) =>
      serviceEdit(({ service }) => {
        service.invokerIamDisabled = !on;
      }),
    services,
  ),
  '--key': value((text) => ({ task }) => {
    task.encryptionKey = withoutQuotes(text);
  }),
  '--max': value((text) => scaling('maxInstanceCount', text), services),
  '--max-instances': value((text) => revisionScaling('maxInstanceCount', text), services),
  '--max-retries': value((text) => {
    const most = integer(text);
    return jobEdit(({ task }) => {
      task.maxRetries = most;
    });
  }, jobs),
  '--min': value((text) => scaling('minInstanceCount', text), services),
  '--min-instances': value((text) => revisionScaling('minInstanceCount', text), services),
  '--network': value((text) => changeNetwork('network', withoutQuotes(text))),
  '--network-tags': list((tags) => changeNetwork('tags', [...tags])),
  '--parallelism': value((text) => {
    const most = integerOrDefault(text);
    return jobEdit(({ template }) => {
      template.parallelism = most;
    });
  }, jobs),
  '--project': value((text, { orders }) => {
    orders.project = withoutQuotes(text);
    return undefined;
  }),
  '--region': value((text, { orders }) => {
    orders.region = withoutQuotes(text);
    return undefined;
  }),
  '--remove-cloudsql-instances': list((items) =>
    cloudSql((have, full) => have.filter((one) => !items.map(full).includes(full(one)))),
  ),
  '--remove-containers': list((names) => (draft) => removeContainers(draft, names)),
  '--remove-custom-audiences': list(
    (items) => audiences((have) => have.filter((one) => !items.includes(one))),
    services,
  ),
  '--remove-labels': list(removeLabels),
  '--remove-volume': list((names) => ({ task }) => {
    task.volumes = (task.volumes ?? []).filter(({ name }) => !names.includes(name ?? ''));
  }),
  '--revision-suffix': setting((suffix, { orders }) => {
    orders.suffix = suffix;
    return undefined;
  }, services),
  '--scaling': value((text) => {
    const count = withoutQuotes(text) === 'auto' ? undefined : integer(text);
    return serviceEdit(({ service }) => {
      const { manualInstanceCount: _old, ...others } = service.scaling ?? {};
      service.scaling =
        count === undefined
          ? { ...others, scalingMode: 'AUTOMATIC' }
          : { ...others, scalingMode: 'MANUAL', manualInstanceCount: count };
    });
  }, services),
  '--service-account': setting((account) => ({ task }) => {
    task.serviceAccount = account;
  }),
  '--session-affinity': switched(
    (on) =>
      serviceEdit(({ template }) => {
        template.sessionAffinity = on;
      }),
    services,
  ),
  '--set-cloudsql-instances': list((items) => cloudSql(() => items)),
  '--set-custom-audiences': list((items) => audiences(() => items), services),
  '--subnet': value((text) => changeNetwork('subnetwork', withoutQuotes(text))),
  '--tag': setting((tag, { orders }) => {
    orders.tag = tag;
    return undefined;
  }, services),
  '--task-timeout': value((text) => {
    const longest = duration(text);
    return ({ task }) => {
      task.timeout = longest;
    };
  }, jobs),
  '--tasks': value((text) => {
    const count = integer(text);
    return jobEdit(({ template }) => {
      template.taskCount = count;
    });
  }, jobs),
  '--timeout': value((text) => {
    const longest = duration(text);
    return ({ task }) => {
      task.timeout = longest;
    };
  }, services),
  '--traffic': switched((on, { orders }) => {
    orders.noTraffic = !on;
    return undefined;
  }, services),
  '--update-labels': entries((pairs) => updateLabels(Object.fromEntries(pairs))),
  '--vpc-connector': setting((connector) => ({ task }) => {
    const { networkInterfaces: _other, ...others } = task.vpcAccess ?? {};
    task.vpcAccess = { ...others, connector };
  }),
  '--vpc-egress': value((text) => {
    const egress = oneOf(text, egresses);
    return ({ task }) => {
      task.vpcAccess = { ...task.vpcAccess, egress };
    };
  }),
  '--wait': nothing(({ orders }) => {
    orders.run = 'and wait';
    return undefined;
  }, jobs),
};

function audiences(change: (have: readonly string[]) => readonly string[]): Edit {
  return serviceEdit(({ service }) => {
    service.customAudiences = [...new Set(change(service.customAudiences ?? []))];
  });
}

/** Instances of the service as a whole. */
function scaling(field: 'minInstanceCount' | 'maxInstanceCount', text: string): Edit {
  const count = integerOrDefault(text);
  return serviceEdit(({ service }) => {
    const { [field]: _old, ...others } = service.scaling ?? {};
    service.scaling = count === undefined ? others : { ...others, [field]: count };
  });
}

/** Instances of each revision. */
function revisionScaling(field: 'minInstanceCount' | 'maxInstanceCount', text: string): Edit {
  const count = integerOrDefault(text);
  return serviceEdit(({ template }) => {
    const { [field]: _old, ...others } = template.scaling ?? {};
    template.scaling = count === undefined ? others : { ...others, [field]: count };
  });
}

/** A network instead of a connector: a workload has one or the other. What is empty goes, and with the last of it the network. */
function changeNetwork<F extends keyof Network>(field: F, given: NonNullable<Network[F]>): Edit {
  return (draft) => {
    const { connector, ...others } = draft.task.vpcAccess ?? {};
    const { [field]: _old, ...kept } = others.networkInterfaces?.[0] ?? {};
    const network: Network = given.length > 0 ? { ...kept, [field]: given } : kept;
    if (Object.keys(network).length > 0) draft.task.vpcAccess = { ...others, networkInterfaces: [network] };
    else if (!connector) leaveVpc('networkInterfaces')(draft);
  };
}

/** The way into the VPC is taken away with what goes that way; the other way, if there is one, stays. */
function leaveVpc(way: 'connector' | 'networkInterfaces'): Edit {
  return ({ task }) => {
    const { [way]: _way, egress: _egress, ...others } = task.vpcAccess ?? {};
    if (Object.keys(others).length > 0) task.vpcAccess = others;
    else delete task.vpcAccess;
  };
}

/** Cloud SQL is a volume at /cloudsql in the v2 view. `change` gets the instances there are. */
function cloudSql(
  change: (have: readonly string[], full: (instance: string) => string) => readonly string[],
): Edit {
  return (draft) => {
    const { task, container, project, region } = draft;
    // gcloud takes an instance without project and region for one of the same.
    const full = (instance: string): string =>
      instance.includes(':') ? instance : `${project}:${region}:${instance}`;
    const volume = (task.volumes ?? []).find((one) => one.cloudSqlInstance);
    const have = volume?.cloudSqlInstance?.instances ?? [];
    const instances = [...new Set(change(have, full).map(full))];
    const others = (task.volumes ?? []).filter((one) => one !== volume);
    const name = volume?.name ?? 'cloudsql';
    if (instances.length === 0) {
      task.volumes = others;
      for (const one of task.containers ?? []) {
        one.volumeMounts = (one.volumeMounts ?? []).filter((mount) => mount.name !== name);
      }
      return;
    }
    task.volumes = [...others, { name, cloudSqlInstance: { instances } }];
    const mounts = container.volumeMounts ?? [];
    if (!mounts.some((mount) => mount.name === name))
      container.volumeMounts = [...mounts, { name, mountPath: '/cloudsql' }];
  };
}

/** `name=data,type=cloud-storage,bucket=b`. https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts */
function addVolume(text: string): Edit {
  const { name, type, ...given } = Object.fromEntries(pairs(text)) as Record<string, string>;
  if (!name || !type) throw new FlagProblem('needs name= and type=');
  const volume = { name, ...volumeSource(type, given) };
  return ({ task }) => {
    task.volumes = [...(task.volumes ?? []).filter((one) => one.name !== name), volume];
  };
}

function volumeSource(type: string, given: Readonly<Record<string, string>>) {
  const readOnly = given.readonly === 'true';
  switch (type) {
    case 'cloud-storage':
      return {
        gcs: {
          bucket: given.bucket ?? '',
          readOnly,
          ...(given['mount-options'] ? { mountOptions: given['mount-options'].split(';') } : {}),
        },
      };
    case 'in-memory':
      return {
        emptyDir: { medium: 'MEMORY', ...(given['size-limit'] ? { sizeLimit: given['size-limit'] } : {}) },
      };
    case 'nfs': {
      const [server = '', path = ''] = (given.location ?? '').split(/:(.*)/s);
      return { nfs: { server, path, readOnly } };
    }
    case 'cloudsql':
      return { cloudSqlInstance: { instances: (given.instances ?? '').split(';') } };
    case 'secret':
      return {
        secret: {
          secret: given.secret ?? '',
          items: [{ path: given.path ?? given.secret ?? '', version: given.version ?? 'latest' }],
        },
      };
    default:
      throw new FlagProblem(
        `has no volume type ${type}; there are cloud-storage, in-memory, nfs, cloudsql, secret`,
      );
  }
}
