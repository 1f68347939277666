import { Refusal } from '../service.ts';

interface Encrypted {
  readonly customerManagedEncryption?: { readonly kmsKeyName?: string };
}

/** Throws Google's 400 when a replica lacks its place, or an encryption its key. */
export function checkReplication(replication: Record<string, unknown>): void {
  const { automatic, userManaged } = replication as {
    automatic?: Encrypted;
    userManaged?: { replicas?: (Encrypted & { location?: string })[] };
  };
  if (userManaged !== undefined && (userManaged.replicas ?? []).length === 0) {
    throw missing('secret.replication.user_managed.replicas');
  }
  for (const [index, replica] of (userManaged?.replicas ?? []).entries()) {
    const place = `secret.replication.user_managed.replicas[${index}]`;
    if ((replica.location ?? '') === '') throw missing(`${place}.location`);
    requireKey(replica, place);
  }
  if (automatic !== undefined) requireKey(automatic, 'secret.replication.automatic');
}

function requireKey({ customerManagedEncryption: key }: Encrypted, place: string): void {
  if (key !== undefined && (key.kmsKeyName ?? '') === '') {
    throw missing(`${place}.customer_managed_encryption.kms_key_name`);
  }
}

function missing(field: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `The request is missing the required field: ${field}`);
}

/** https://cloud.google.com/resource-manager/docs/labels-overview#requirements */
export function checkLabels(labels: unknown): void {
  const entries = Object.entries((labels ?? {}) as Record<string, string>);
  if (entries.length > 64)
    throw new Refusal(400, 'INVALID_ARGUMENT', 'A resource can have at most 64 labels.');
  for (const [key, value] of entries) {
    if (!/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key)) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid label key: ${key}`);
    }
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value)) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid label value for ${key}: ${value}`);
    }
  }
}
