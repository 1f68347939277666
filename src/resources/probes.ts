/** How the start and the health of containers are watched. https://cloud.google.com/run/docs/configuring/healthchecks */
import type { App, Probe } from '../config/deployment.ts';
import type { RunContainer } from '../google/run.ts';

type RunProbe = NonNullable<RunContainer['startupProbe']>;
type Probes = Pick<RunContainer, 'startupProbe' | 'livenessProbe'>;

/** Seconds; a cold process takes longer than the one second that is Cloud Run's own. */
const timeoutSeconds = 5;

/** Direct VPC egress may take a minute or more to come up with an instance, and a container may take four to start. */
const patientStartup = { periodSeconds: 10, timeoutSeconds, failureThreshold: 24 };

/** Of a container that listens; without a word of the user's its port must accept connections. */
export function servedProbes(
  app: Pick<App, 'port' | 'startupProbe' | 'startupPath' | 'livenessProbe' | 'livenessPath'>,
): Probes {
  const { port, startupProbe, startupPath, livenessProbe, livenessPath } = app;
  return {
    startupProbe: startupProbe
      ? probe(startupProbe)
      : {
          ...patientStartup,
          ...(startupPath
            ? { httpGet: { path: startupPath, port }, tcpSocket: undefined, grpc: undefined }
            : { tcpSocket: { port }, httpGet: undefined, grpc: undefined }),
        },
    livenessProbe: livenessProbe
      ? probe(livenessProbe)
      : livenessPath
        ? { httpGet: { path: livenessPath, port }, timeoutSeconds, grpc: undefined }
        : undefined,
  };
}

/** Of a container that need not listen: none but what the user asks for. */
export function sidecarProbes(own: { startupProbe?: Probe; livenessProbe?: Probe }): Probes {
  return {
    startupProbe: own.startupProbe && probe(own.startupProbe),
    livenessProbe: own.livenessProbe && probe(own.livenessProbe),
  };
}

function probe({ kind, port, ...times }: Probe): RunProbe {
  return {
    httpGet: 'http' in kind ? { path: kind.http.path, port } : undefined,
    grpc: 'grpc' in kind ? { service: kind.grpc.service, port } : undefined,
    tcpSocket: 'tcp' in kind ? { port } : undefined,
    initialDelaySeconds: times.initialDelay,
    periodSeconds: times.period,
    timeoutSeconds: times.timeout,
    failureThreshold: times.failureThreshold,
  };
}
