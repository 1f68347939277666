import { createHash, createPublicKey, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

const newKeyPair = promisify(generateKeyPair);
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';
const minute = 60_000;
const year = 365 * 24 * 60 * minute;

/** Signs certificates with a key of its own. Its certificate is what clients or servers are told to trust. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** Issues a certificate for a public key; validity in milliseconds from now (real time: TLS looks at it). */
  issue(request: {
    publicKey: KeyObject;
    commonName: string;
    use: 'server' | 'client';
    lifetime: number;
  }): string;
}

export async function createAuthority(name: string): Promise<Authority> {
  const keys = await newKeyPair('ec', { namedCurve: 'P-256' });
  const issuer = nameOf(name);
  const seal = (fields: Omit<Fields, 'issuer'>) => pem(signed({ ...fields, issuer }, keys.privateKey));
  return {
    certificate: seal({
      subject: issuer,
      publicKey: keys.publicKey,
      lifetime: 10 * year,
      extensions: [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: true })),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
      ],
    }),
    issue: (request) =>
      seal({
        subject: nameOf(request.commonName),
        publicKey: request.publicKey,
        lifetime: request.lifetime,
        extensions: [
          extension(id_ce_basicConstraints, new BasicConstraints({ cA: false })),
          extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature)),
          extension(
            id_ce_extKeyUsage,
            new ExtendedKeyUsage([request.use === 'server' ? id_kp_serverAuth : id_kp_clientAuth]),
          ),
        ],
      }),
  };
}

/** A key pair and the authority's certificate for it, both PEM. */
export async function createServerCertificate(
  authority: Authority,
  name: string,
): Promise<{ key: string; certificate: string }> {
  const keys = await newKeyPair('ec', { namedCurve: 'P-256' });
  return {
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: authority.issue({
      publicKey: keys.publicKey,
      commonName: name,
      use: 'server',
      lifetime: 10 * year,
    }),
  };
}

/** Throws when the text is no public key in PEM. */
export function readPublicKey(text: string): KeyObject {
  return createPublicKey({ key: text, format: 'pem' });
}

interface Fields {
  readonly issuer: Name;
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly lifetime: number;
  readonly extensions: Extension[];
}

function signed(fields: Fields, key: KeyObject): ArrayBuffer {
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const spki = fields.publicKey.export({ type: 'spki', format: 'der' });
  // Clocks of clients may be behind by a little.
  const start = Date.now() - 5 * minute;
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: fields.issuer,
    subject: fields.subject,
    validity: new Validity({
      notBefore: new Date(start),
      notAfter: new Date(Date.now() + fields.lifetime),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
    extensions: new Extensions(fields.extensions),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(body)), key);
  return AsnConvert.serialize(
    new Certificate({
      tbsCertificate: body,
      signatureAlgorithm: algorithm,
      signatureValue: exactBuffer(signature),
    }),
  );
}

/** Positive, 20 bytes at most, as RFC 5280 §4.1.2.2 asks. */
function serialNumber(): ArrayBuffer {
  const bytes = createHash('sha256').update(randomBytes(32)).digest().subarray(0, 16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return exactBuffer(bytes);
}

function nameOf(text: string): Name {
  return new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: text }) }),
    ]),
  ]);
}

function extension(id: string, value: BasicConstraints | KeyUsage | ExtendedKeyUsage): Extension {
  return new Extension({
    extnID: id,
    critical: id !== id_ce_extKeyUsage,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function pem(der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
