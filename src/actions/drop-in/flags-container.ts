/** Flags that change one container. https://cloud.google.com/sdk/gcloud/reference/run/deploy#CONTAINER-FLAGS */
import { containerNamed, type Edit, resourcesOf, setLimit } from './draft.ts';
import {
  containerEdit,
  each,
  entries,
  type FlagTable,
  list,
  nothing,
  setting,
  switched,
  value,
} from './flag-kinds.ts';
import { integer, integerOrDefault } from './flag-values.ts';
import { FlagProblem, type Pair, pairs, withoutQuotes } from './flag-words.ts';
import {
  dropUnusedVolumes,
  isCloudSql,
  parseSecret,
  removeSecrets,
  removeVariables,
  requireOneSecretAFolder,
  type SecretUse,
  setSecrets,
  setVariables,
  updateSecrets,
  updateVariables,
} from './variables.ts';

const gpu = 'nvidia.com/gpu';
/** Cloud Run's own. */
const defaultPort = 8080;

export const containerFlags: FlagTable = {
  '--add-volume-mount': each(addVolumeMount),
  '--args': list((items) =>
    containerEdit((container) => {
      container.args = [...items];
    }),
  ),
  '--clear-env-vars': nothing(() => setVariables([])),
  '--clear-secrets': nothing(() => setSecrets([])),
  '--clear-volume-mounts': nothing(() =>
    containerEdit((container, { task }) => {
      const cloudSql = (task.volumes ?? []).filter(isCloudSql).map(({ name }) => name);
      container.volumeMounts = (container.volumeMounts ?? []).filter(({ name }) => cloudSql.includes(name));
    }),
  ),
  '--command': list((items) =>
    containerEdit((container) => {
      container.command = [...items];
    }),
  ),
  '--container': value((text) => (draft) => {
    draft.container = containerNamed(draft, withoutQuotes(text));
  }),
  '--cpu': setting((cpu) => (draft) => setLimit(draft, 'cpu', cpu)),
  '--cpu-boost': switched(
    (on) => (draft) => {
      resourcesOf(draft).startupCpuBoost = on;
    },
    ['service'],
  ),
  '--cpu-throttling': switched(
    (on) => (draft) => {
      resourcesOf(draft).cpuIdle = on;
    },
    ['service'],
  ),
  '--depends-on': list((items) =>
    containerEdit((container) => {
      container.dependsOn = [...items];
    }),
  ),
  '--env-vars-file': value((text, { variables }) => setVariables(variables(withoutQuotes(text)))),
  '--gpu': setting((text) => {
    const count = integerOrDefault(text);
    return (draft) => {
      setLimit(draft, gpu, count ? String(count) : undefined);
      if (!count) delete draft.task.nodeSelector;
      // A graphics processor needs the others all the time. https://cloud.google.com/run/docs/configuring/services/gpu
      if (count && draft.kind === 'service') resourcesOf(draft).cpuIdle = false;
    };
  }),
  '--image': value((text, { orders }) => {
    const image = withoutQuotes(text);
    orders.image = image;
    return containerEdit((container) => {
      container.image = image;
    });
  }),
  '--liveness-probe': value(
    (text) => {
      const probe = probeOf(text);
      return containerEdit((container) => {
        container.livenessProbe = probe;
      });
    },
    ['service'],
  ),
  '--memory': setting((memory) => (draft) => setLimit(draft, 'memory', memory)),
  '--port': value(
    (text) => {
      const port = integerOrDefault(text);
      return containerEdit((container) => {
        const [old] = container.ports ?? [];
        const ports = port === undefined ? {} : { containerPort: port };
        const name = old?.name ? { name: old.name } : {};
        container.ports = port === undefined && !old?.name ? [] : [{ ...name, ...ports }];
        // Cloud Run's own probe looks at the port, and is read back as if somebody had asked for it.
        const probed = container.startupProbe?.tcpSocket;
        if (probed?.port !== (old?.containerPort ?? defaultPort)) return;
        if (port === undefined) delete probed.port;
        else probed.port = port;
      });
    },
    ['service'],
  ),
  '--remove-env-vars': list(removeVariables),
  '--remove-secrets': list(removeSecrets),
  '--remove-volume-mount': list((paths) =>
    containerEdit((container) => {
      container.volumeMounts = (container.volumeMounts ?? []).filter(
        ({ mountPath }) => !paths.includes(mountPath ?? ''),
      );
    }),
  ),
  '--set-env-vars': entries((pairs) => (pairs.length > 0 ? setVariables(pairs) : undefined)),
  '--set-secrets': entries((pairs) => (pairs.length > 0 ? setSecrets(secretUses(pairs)) : undefined)),
  '--startup-probe': value(
    (text) => {
      const probe = probeOf(text);
      return containerEdit((container) => {
        container.startupProbe = probe;
      });
    },
    ['service'],
  ),
  '--update-env-vars': entries(updateVariables),
  '--update-secrets': entries((pairs) => updateSecrets(secretUses(pairs))),
  '--use-http2': switched(
    (on) =>
      containerEdit((container) => {
        const [port] = container.ports ?? [];
        container.ports = [{ containerPort: port?.containerPort ?? defaultPort, name: on ? 'h2c' : 'http1' }];
      }),
    ['service'],
  ),
  '--workdir': value((text) =>
    containerEdit((container) => {
      container.workingDir = withoutQuotes(text);
    }),
  ),
};

function secretUses(given: readonly Pair[]): readonly SecretUse[] {
  const uses = given.map(([key, secret]) => parseSecret(key, secret));
  requireOneSecretAFolder(uses);
  return uses;
}

type Probe = NonNullable<Parameters<Parameters<typeof containerEdit>[0]>[0]['startupProbe']>;

/** `httpGet.path=/ready,periodSeconds=10`; empty takes the probe away. */
function probeOf(text: string): Probe | undefined {
  const probe: Probe = {};
  for (const [key, setting] of pairs(text)) {
    const [group = '', field] = key.split('.');
    switch (group) {
      case 'httpGet':
        probe.httpGet = { ...probe.httpGet, ...probeTarget(key, field, setting, ['path', 'port']) };
        break;
      case 'tcpSocket':
        probe.tcpSocket = { ...probe.tcpSocket, ...probeTarget(key, field, setting, ['port']) };
        break;
      case 'grpc':
        probe.grpc = { ...probe.grpc, ...probeTarget(key, field, setting, ['port', 'service']) };
        break;
      case 'initialDelaySeconds':
      case 'timeoutSeconds':
      case 'periodSeconds':
      case 'failureThreshold':
        probe[group] = integer(setting);
        break;
      default:
        throw new FlagProblem(`does not know the key ${key}`);
    }
  }
  return Object.keys(probe).length > 0 ? probe : undefined;
}

function probeTarget(key: string, field: string | undefined, setting: string, known: readonly string[]) {
  if (field === undefined || !known.includes(field)) throw new FlagProblem(`does not know the key ${key}`);
  return { [field]: field === 'port' ? integer(setting) : setting };
}

function addVolumeMount(text: string): Edit {
  const given = Object.fromEntries(pairs(text)) as Record<string, string | undefined>;
  const { volume: name, 'mount-path': mountPath } = given;
  if (!name || !mountPath) throw new FlagProblem('needs volume= and mount-path=');
  return (draft) => {
    const { container } = draft;
    const others = (container.volumeMounts ?? []).filter((one) => one.mountPath !== mountPath);
    container.volumeMounts = [...others, { name, mountPath }];
    dropUnusedVolumes(draft, (volume) => volume.secret !== undefined && volume.name !== name);
  };
}
