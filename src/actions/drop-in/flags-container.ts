/** Flags that change one container. https://cloud.google.com/sdk/gcloud/reference/run/deploy#CONTAINER-FLAGS */
import { containerNamed, resourcesOf, setLimit } from './draft.ts';
import { containerEdit, type FlagTable, nothing, switched, value } from './flag-kinds.ts';
import { integer, integerOrDefault } from './flag-values.ts';
import { FlagProblem, listItems, pairs, withoutQuotes } from './flag-words.ts';
import {
  parseSecret,
  removeSecrets,
  removeVariables,
  setSecrets,
  setVariables,
  updateSecrets,
  updateVariables,
} from './variables.ts';

const gpu = 'nvidia.com/gpu';

export const containerFlags: FlagTable = {
  '--args': value((text) =>
    containerEdit((container) => {
      container.args = listItems(text);
    }),
  ),
  '--clear-env-vars': nothing(() => setVariables([])),
  '--clear-secrets': nothing(() => setSecrets([])),
  '--clear-volume-mounts': nothing(() =>
    containerEdit((container) => {
      container.volumeMounts = [];
    }),
  ),
  '--command': value((text) =>
    containerEdit((container) => {
      container.command = listItems(text);
    }),
  ),
  '--container': value((text) => (draft) => {
    draft.container = containerNamed(draft, withoutQuotes(text));
  }),
  '--cpu': value((text) => (draft) => setLimit(draft, 'cpu', withoutQuotes(text) || undefined)),
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
  '--depends-on': value((text) =>
    containerEdit((container) => {
      container.dependsOn = listItems(text);
    }),
  ),
  '--env-vars-file': value((text, { variables }) => setVariables(variables(withoutQuotes(text)))),
  '--gpu': value((text) => {
    const count = integerOrDefault(text);
    return (draft) => {
      setLimit(draft, gpu, count ? String(count) : undefined);
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
  '--memory': value((text) => (draft) => setLimit(draft, 'memory', withoutQuotes(text) || undefined)),
  '--port': value(
    (text) => {
      const port = integerOrDefault(text);
      return containerEdit((container) => {
        const name = container.ports?.[0]?.name;
        const ports = port === undefined ? {} : { containerPort: port };
        container.ports = port === undefined && !name ? [] : [{ ...(name ? { name } : {}), ...ports }];
        // Cloud Run's own probe looks at the port, and is read back as if somebody had asked for it.
        const probed = container.startupProbe?.tcpSocket;
        if (probed) delete probed.port;
      });
    },
    ['service'],
  ),
  '--remove-env-vars': value((text) => removeVariables(listItems(text))),
  '--remove-secrets': value((text) => removeSecrets(listItems(text))),
  '--remove-volume-mount': value((text) =>
    containerEdit((container) => {
      const paths = listItems(text);
      container.volumeMounts = (container.volumeMounts ?? []).filter(
        ({ mountPath }) => !paths.includes(mountPath ?? ''),
      );
    }),
  ),
  '--set-env-vars': value((text) => setVariables(pairs(text))),
  '--set-secrets': value((text) => setSecrets(secretUses(text))),
  '--startup-probe': value(
    (text) => {
      const probe = probeOf(text);
      return containerEdit((container) => {
        container.startupProbe = probe;
      });
    },
    ['service'],
  ),
  '--update-env-vars': value((text) => updateVariables(pairs(text))),
  '--update-secrets': value((text) => updateSecrets(secretUses(text))),
  '--use-http2': switched(
    (on) =>
      containerEdit((container) => {
        const [port] = container.ports ?? [];
        container.ports = [{ containerPort: port?.containerPort ?? 8080, name: on ? 'h2c' : 'http1' }];
      }),
    ['service'],
  ),
  '--workdir': value((text) =>
    containerEdit((container) => {
      container.workingDir = withoutQuotes(text);
    }),
  ),
};

function secretUses(text: string) {
  return pairs(text).map(([key, secret]) => parseSecret(key, secret));
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
