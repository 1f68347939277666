/**
 * Secrets and their values. Ours: existence, labels, and that the newest version holds the wanted value. A version is
 * added only when the value differs; a generated value is made once and then left alone. Values are compared here and
 * appear in no change, log or error. https://cloud.google.com/secret-manager/docs/reference/rest
 */
import { randomInt } from 'node:crypto';
import type { SecretSpec } from '../config/deployment.ts';
import { openReferences, resolveSecret, UnknownFact } from '../config/template.ts';
import { type Change, create, type FieldChange, update } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import {
  addVersion,
  createSecret,
  disableVersion,
  enabledVersions,
  getSecret,
  latestVersion,
  listSecrets,
  type SecretResource,
  type SecretVersion,
} from '../google/secretmanager.ts';
import { Secret } from '../lib/secret.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { type Context, find, listing, perContext } from './context.ts';
import { redisAddress } from './redis.ts';
import { sqlInstanceAddress } from './sql-instance.ts';

/** A claim is a secret without a value, see claim.ts. */
export const claimAddress = (pullRequest: number): string => `preview_claim/${pullRequest}`;
export const secretAddress = (name: string): string => `secret/${name}`;

interface Have {
  readonly latest: SecretVersion | undefined;
}

/** The secrets of the project. */
export const ownSecrets = perContext((context) =>
  listing(context, 'secretmanager.googleapis.com', () =>
    listSecrets(context.google, context.deployment.project),
  ),
);

export function secrets(context: Context): Resource<Have>[] {
  const { deployment } = context;
  const list = ownSecrets(context);
  return deployment.secrets.map((spec) => secret(context, spec, list));
}

/** Values of the environment that a preview copies, by the preview's secret. */
const copies = perContext(() => new Map<string, Secret>());

/** Reads what the preview's secret is a copy of, so that it can be compared with. */
async function readCopied(context: Context, spec: SecretSpec): Promise<void> {
  if (spec.source.kind !== 'from_env' || spec.source.copyOf === undefined) return;
  if (context.values[spec.source.variable]) return;
  const original = await latestVersion(context.google, context.deployment.project, spec.source.copyOf);
  if (original) copies(context).set(spec.name, original.value);
}

/** Variables that are missing for secrets that have no version yet; nothing can be made up for them. */
export function missingValues(
  context: Context,
  have: (address: string) => unknown,
): readonly (SecretSpec & { source: { kind: 'from_env' } })[] {
  return context.deployment.secrets.filter(
    (spec): spec is SecretSpec & { source: { kind: 'from_env'; variable: string } } => {
      const known = have(secretAddress(spec.name)) as Have | undefined;
      return (
        spec.source.kind === 'from_env' &&
        !context.values[spec.source.variable] &&
        !copies(context).has(spec.name) &&
        !known?.latest
      );
    },
  );
}

function secret(context: Context, spec: SecretSpec, list: () => Promise<SecretResource[]>): Resource<Have> {
  const { google, deployment } = context;
  const { project } = deployment;
  const address = secretAddress(spec.name);
  const why = because(deployment, spec.place);
  const isPassword = deployment.database?.passwordSecret === spec.name;
  return {
    address,
    dependsOn: [apisAddress, ...valueDependencies(context, spec)],
    observe: async (fresh) => {
      await readCopied(context, spec);
      const found = await find(
        fresh,
        list,
        ({ name }) => name?.endsWith(`/secrets/${spec.name}`) ?? false,
        () => getSecret(google, project, spec.name),
        isNotFound,
      );
      if (!found) return undefined;
      const latest = await latestVersion(google, project, spec.name);
      if (isPassword && latest)
        context.facts.database = { ...context.facts.database, password: latest.value };
      return { latest };
    },
    diff: (have): readonly Change[] => {
      const fields = versionChange(context, spec, have?.latest);
      return have ? update(address, why, fields) : [create(address, why, fields)];
    },
    apply: async (_changes, have) => {
      if (!have) await unlessExists(createSecret(google, project, spec.name, deployment.labels));
      // A create that lost the race may find a version by now.
      const latest = have?.latest ?? (await latestVersion(google, project, spec.name));
      if (versionChange(context, spec, latest).length === 0) return;
      await addVersion(google, project, spec.name, newValue(context, spec));
      if (latest) await disableOld(context, spec);
    },
  };
}

/** Revisions pin versions: those that still serve keep working as long as `keep` reaches back to them. */
async function disableOld(context: Context, spec: SecretSpec): Promise<void> {
  const { google, deployment } = context;
  const enabled = await enabledVersions(google, deployment.project, spec.name);
  for (const number of enabled.slice(spec.keep)) {
    await disableVersion(google, deployment.project, spec.name, number);
  }
}

function versionChange(
  context: Context,
  spec: SecretSpec,
  latest: SecretVersion | undefined,
): readonly FieldChange[] {
  const before = latest ? { before: `version ${latest.number}` } : {};
  const change: FieldChange = { field: 'value', ...before, after: 'a new version' };
  if (!latest) return [change];
  const want = knownValue(context, spec);
  return want === undefined || want.reveal() === latest.value.reveal() ? [] : [change];
}

/** The value that the newest version must hold; `undefined` when any will do or it cannot be told yet. */
function knownValue(context: Context, spec: SecretSpec): Secret | undefined {
  switch (spec.source.kind) {
    case 'generate':
      return undefined;
    case 'from_env': {
      const given = context.values[spec.source.variable];
      return given ? new Secret(withoutNewline(given)) : copies(context).get(spec.name);
    }
    case 'value':
      try {
        return resolveSecret(spec.source.template, context.facts);
      } catch (error) {
        if (error instanceof UnknownFact) return undefined;
        throw error;
      }
  }
}

function newValue(context: Context, spec: SecretSpec): Secret {
  if (spec.source.kind === 'generate') return generate(spec.source.length, spec.source.alphabet);
  if (spec.source.kind === 'value') return resolveSecret(spec.source.template, context.facts);
  const given = knownValue(context, spec);
  if (!given) throw new Error(`no value for ${spec.source.variable}`);
  return given;
}

/** `echo` and multi-line secrets end in a newline that no password has. */
function withoutNewline(value: string): string {
  return value.replace(/\r?\n$/, '');
}

const alphabets = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
} as const;

function generate(length: number, alphabet: keyof typeof alphabets): Secret {
  const letters = alphabets[alphabet];
  return new Secret(Array.from({ length }, () => letters[randomInt(letters.length)]).join(''));
}

/** What has to exist before the value can be told. */
function valueDependencies(context: Context, spec: SecretSpec): string[] {
  if (spec.source.kind !== 'value') return [];
  const { redis, database, preview } = context.deployment;
  return openReferences(spec.source.template).flatMap((reference) => {
    if (reference.kind === 'redis' && redis) return [redisAddress(redis.instance)];
    if (reference.kind === 'redis_database' && preview) return [claimAddress(preview.pullRequest)];
    if (reference.kind !== 'database' || !database) return [];
    return [
      reference.field === 'host'
        ? sqlInstanceAddress(database.instance)
        : secretAddress(database.passwordSecret),
    ];
  });
}
