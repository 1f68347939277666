import { X509Certificate } from 'node:crypto';
import { type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { readPublicKey } from '../sql/certificates.ts';
import { databaseHost, type Instance, invalid, runningInstanceOf } from './sqladmin-instance.ts';

/** What a connector needs to know of the server. https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/connect/get */
export async function connectSettings(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  return {
    status: 200,
    body: {
      kind: 'sql#connectSettings',
      serverCaCert: certificateOf(instance),
      ipAddresses: instance.ipAddresses ?? [],
      region: instance.region,
      databaseVersion: instance.databaseVersion,
      backendType: instance.backendType,
      pscEnabled: false,
      dnsNames: [],
      serverCaMode: 'GOOGLE_MANAGED_INTERNAL_CA',
    },
  };
}

/** The body is one of the few of Google's with snake_case names; the clients send them so. */
export async function generateEphemeralCert(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = runningInstanceOf(cloud, call);
  const body = (call.body ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(body)) {
    if (!known.has(name)) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
        { reason: 'invalid' },
      );
    }
  }
  if (body.access_token !== undefined) throw invalid('this emulator has no IAM database authentication');
  const key = body.public_key ?? body.publicKey;
  if (typeof key !== 'string') throw invalid('Missing parameter: public_key');
  refuseBadKey(key);
  const cert = await databaseHost(cloud).ephemeralCertificate(instance.project, instance.name, key);
  return {
    status: 200,
    body: { ephemeralCert: { ...describe(cert), commonName: '', instance: instance.name } },
  };
}

function refuseBadKey(key: string): void {
  try {
    readPublicKey(key);
  } catch {
    throw invalid('The public key is not valid PEM');
  }
}

const known = new Set(['public_key', 'publicKey', 'access_token', 'readTime', 'read_time', 'validDuration']);

export async function listServerCas(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const certificate = certificateOf(runningInstanceOf(cloud, call));
  return {
    status: 200,
    body: {
      kind: 'sql#instancesListServerCas',
      certs: [certificate],
      activeVersion: certificate.sha1Fingerprint,
    },
  };
}

function certificateOf(instance: Instance) {
  const stored = instance.serverCaCert;
  if (stored === undefined) throw new Error(`${instance.connectionName} runs without a server certificate`);
  return { ...describe(stored.cert), commonName: stored.commonName, instance: instance.name };
}

function describe(pem: string) {
  const certificate = new X509Certificate(pem);
  return {
    kind: 'sql#sslCert',
    cert: pem,
    certSerialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
    createTime: new Date(certificate.validFrom).toISOString(),
    expirationTime: new Date(certificate.validTo).toISOString(),
    sha1Fingerprint: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
  };
}
