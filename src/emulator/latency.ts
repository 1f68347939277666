/**
 * How long things take on Google Cloud, in seconds: the least, the typical and the 95th percentile. Figures seen in
 * public CI logs and Google's documentation; where neither gives one, an estimate in line with the neighbours.
 */
interface Duration {
  readonly min: number;
  readonly typ: number;
  readonly p95: number;
}

export const durations: Readonly<Record<string, Duration>> = {
  'serviceusage.enable': { min: 4, typ: 10, p95: 75 },
  'serviceusage.disable': { min: 4, typ: 10, p95: 75 },
  'iam.serviceAccount.create': { min: 0.5, typ: 1, p95: 3 },
  'iam.pool': { min: 1, typ: 3, p95: 10 },
  'bucket.create': { min: 0.5, typ: 1.5, p95: 3 },
  'secret.create': { min: 0.2, typ: 0.6, p95: 2 },
  'secret.version': { min: 0.2, typ: 0.6, p95: 2 },
  'artifactregistry.repository': { min: 3, typ: 10, p95: 15 },
  'artifactregistry.delete': { min: 1, typ: 3, p95: 10 },
  'compute.network': { min: 10, typ: 17, p95: 40 },
  'compute.subnetwork': { min: 5, typ: 8, p95: 20 },
  'compute.address': { min: 5, typ: 8, p95: 20 },
  'compute.firewall': { min: 5, typ: 8, p95: 12 },
  'compute.router': { min: 5, typ: 8, p95: 20 },
  'compute.delete': { min: 5, typ: 10, p95: 30 },
  'servicenetworking.connection': { min: 20, typ: 45, p95: 120 },
  'dns.change': { min: 1, typ: 5, p95: 60 },
  'vpcaccess.connector': { min: 100, typ: 150, p95: 300 },
  'sql.create': { min: 270, typ: 400, p95: 1000 },
  'sql.update': { min: 10, typ: 40, p95: 180 },
  'sql.restart': { min: 20, typ: 60, p95: 180 },
  'sql.delete': { min: 20, typ: 60, p95: 180 },
  'sql.database': { min: 1, typ: 2, p95: 5 },
  'sql.user': { min: 1, typ: 1, p95: 5 },
  'redis.create': { min: 180, typ: 265, p95: 600 },
  'redis.update': { min: 60, typ: 120, p95: 300 },
  'redis.delete': { min: 60, typ: 120, p95: 300 },
  // https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet: an hour or two.
  'run.addresses': { min: 1200, typ: 3600, p95: 7200 },
  'run.deploy': { min: 8, typ: 20, p95: 60 },
  'run.traffic': { min: 2, typ: 5, p95: 15 },
  'run.delete': { min: 2, typ: 5, p95: 15 },
  'run.workerPool': { min: 8, typ: 18, p95: 60 },
  'run.job': { min: 2, typ: 4, p95: 10 },
  'run.execution': { min: 5, typ: 10, p95: 30 },
  'cloudbuild.build': { min: 45, typ: 110, p95: 300 },
};

export type LatencyProfile = 'zero' | 'typical';

/** Milliseconds that the step takes under the profile. Throws for a step that the table does not know. */
export function duration(profile: LatencyProfile, step: string): number {
  const known = durations[step];
  if (known === undefined) {
    throw new Error(
      `the latency profile has no step "${step}"; add it to the table in src/emulator/latency.ts`,
    );
  }
  return profile === 'zero' ? 0 : known.typ * 1000;
}
