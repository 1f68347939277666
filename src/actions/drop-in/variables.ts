/** Environment variables and secrets of a draft: added to what is there, or in its place. */
import { posix } from 'node:path';
import type { RunContainer } from '../../google/run.ts';
import type { RunTask } from '../../google/run-jobs.ts';
import { Failure } from '../../lib/failure.ts';
import type { Draft, Edit } from './draft.ts';
import { FlagProblem } from './flag-words.ts';
import { shownName } from './key-values.ts';

type Variable = NonNullable<RunContainer['env']>[number];
type Volume = NonNullable<RunTask['volumes']>[number];

/** A secret that a container gets: under a variable's name, or as a file when the key is a path. */
export interface SecretUse {
  readonly key: string;
  /** Its name, or `projects/PROJECT/secrets/NAME` in another project. */
  readonly secret: string;
  readonly version: string;
}

/** A key that held a secret becomes a plain variable, and the other way round: the new entry takes the old one's place. */
export function updateVariables(given: Iterable<readonly [string, string]>): Edit {
  return ({ container }) => {
    for (const [name, value] of given) put(container, { name, value });
  };
}

/** Secrets under variables' names stay: they are the business of `secrets`. */
export function setVariables(given: Iterable<readonly [string, string]>): Edit {
  const entries = [...given];
  return (draft) => {
    draft.container.env = (draft.container.env ?? []).filter(isSecret);
    updateVariables(entries)(draft);
  };
}

export function removeVariables(names: readonly string[]): Edit {
  return ({ container }) => {
    container.env = (container.env ?? []).filter((one) => isSecret(one) || !names.includes(one.name ?? ''));
  };
}

export function updateSecrets(uses: readonly SecretUse[]): Edit {
  return (draft) => {
    for (const { key, secret, version } of uses.filter((use) => !isFile(use)))
      put(draft.container, { name: key, valueSource: { secretKeyRef: { secret, version } } });
    const files = Map.groupBy(uses.filter(isFile), ({ key }) => posix.dirname(key));
    for (const [folder, inIt] of files) mountSecret(draft, folder, inIt);
    dropUnusedVolumes(draft, (volume) => volume.secret !== undefined);
  };
}

export function setSecrets(uses: readonly SecretUse[]): Edit {
  return (draft) => {
    const { container, task } = draft;
    container.env = (container.env ?? []).filter((one) => !isSecret(one));
    const secret = new Set((task.volumes ?? []).filter((volume) => volume.secret).map(({ name }) => name));
    container.volumeMounts = (container.volumeMounts ?? []).filter(({ name }) => !secret.has(name));
    dropUnusedVolumes(draft, (volume) => volume.secret !== undefined);
    updateSecrets(uses)(draft);
  };
}

export function removeSecrets(keys: readonly string[]): Edit {
  return (draft) => {
    const { container } = draft;
    container.env = (container.env ?? []).filter((one) => !isSecret(one) || !keys.includes(one.name ?? ''));
    for (const key of keys.filter((one) => one.startsWith('/'))) unmountSecret(draft, key);
    dropUnusedVolumes(draft, (volume) => volume.secret !== undefined);
  };
}

/** To gcloud connections to Cloud SQL are no volumes: flags about volumes leave them alone. */
export function isCloudSql({ cloudSqlInstance }: Volume): boolean {
  return cloudSqlInstance !== undefined;
}

/** Volumes of that sort that no container mounts any more. */
export function dropUnusedVolumes(draft: Draft, sort: (volume: Volume) => boolean): void {
  const mounted = new Set(
    (draft.task.containers ?? []).flatMap(({ volumeMounts }) => (volumeMounts ?? []).map(({ name }) => name)),
  );
  draft.task.volumes = (draft.task.volumes ?? []).filter((one) => !sort(one) || mounted.has(one.name));
}

/**
 * `SECRET:VERSION`, or a full name with or without `/versions/`. Throws for anything else, most often the secret's
 * value where its name belongs, and therefore never repeats it.
 */
export function parseSecret(key: string, written: string): SecretUse {
  const shown = key.startsWith('/') ? key : shownName(key);
  const full = /^projects\/([^/]+)\/secrets\/([A-Za-z0-9_-]+)(?::|\/versions\/)([A-Za-z0-9_-]+)$/.exec(
    written,
  );
  if (full) return { key, secret: `projects/${full[1]}/secrets/${full[2]}`, version: full[3] ?? '' };
  const short = /^([A-Za-z0-9_-]{1,255}):([A-Za-z0-9_-]+)$/.exec(written);
  if (!short) {
    throw new FlagProblem(
      `${shown} does not name a secret of Secret Manager and a version, as in ${shown}=my-secret:latest`,
    );
  }
  if (key.startsWith('/') && (posix.dirname(key) === '/' || key.endsWith('/'))) {
    throw new FlagProblem(`${shown} is not the path of a file in a folder, as in /etc/keys/api-key`);
  }
  return { key, secret: short[1] ?? '', version: short[2] ?? '' };
}

function put(container: RunContainer, variable: Variable): void {
  const env = container.env ?? [];
  const at = env.findIndex(({ name }) => name === variable.name);
  container.env = at < 0 ? [...env, variable] : env.with(at, variable);
}

function isFile({ key }: SecretUse): boolean {
  return key.startsWith('/');
}

function isSecret(variable: Variable): boolean {
  return variable.valueSource !== undefined;
}

/** A folder can hold versions of one secret alone: that is how Cloud Run mounts them. Throws FlagProblem. */
export function requireOneSecretAFolder(uses: readonly SecretUse[]): void {
  const secretOf = new Map<string, string>();
  for (const { key, secret } of uses.filter(isFile)) {
    const folder = posix.dirname(key);
    if ((secretOf.get(folder) ?? secret) !== secret)
      throw new FlagProblem(`${folder} can hold versions of one secret alone; use another folder for ${key}`);
    secretOf.set(folder, secret);
  }
}

/**
 * The files, all of one secret, in a folder. Throws INPUT_INVALID when something else is mounted there already that
 * would have to go, or that would get the contents of this secret.
 */
function mountSecret(draft: Draft, folder: string, uses: readonly SecretUse[]): void {
  const { container, task } = draft;
  const secret = uses[0]?.secret ?? '';
  const items = uses.map(({ key, version }) => ({ path: posix.basename(key), version }));
  const mount = (container.volumeMounts ?? []).find(({ mountPath }) => mountPath === folder);
  const there = mount && (task.volumes ?? []).find(({ name }) => name === mount.name);
  const others = (there?.secret?.items ?? []).filter((one) => !items.some(({ path }) => path === one.path));
  const isSame = there?.secret?.secret === secret;
  if (there && !isSame && (!there.secret || others.length > 0)) throw folderTaken(folder, there);
  const volume: Volume = {
    name: volumeName(task, folder),
    secret: { ...(isSame ? there?.secret : {}), secret, items: [...items, ...others] },
  };
  task.volumes = [...(task.volumes ?? []), volume];
  const mounts = (container.volumeMounts ?? []).filter((one) => one !== mount);
  container.volumeMounts = [...mounts, { name: volume.name, mountPath: folder }];
}

function folderTaken(folder: string, { name, secret }: Volume): Failure {
  const files = (secret?.items ?? []).map(({ path }) => `${folder}/${path}`).join(', ');
  const what = secret ? `${files} of the secret ${secret.secret}` : `the volume ${name}`;
  return new Failure(
    'INPUT_INVALID',
    `${folder} holds ${what}, and a folder can hold versions of one secret alone.`,
    {
      next: secret
        ? `Name another folder, or take away what is there with \`--remove-secrets=${files.replaceAll(' ', '')}\` in \`flags\`.`
        : 'Name another folder.',
    },
  );
}

/** Other containers may mount the same volume, so that what changes is a volume of its own. */
function unmountSecret({ container, task }: Draft, key: string): void {
  const mount = (container.volumeMounts ?? []).find(({ mountPath }) => mountPath === posix.dirname(key));
  const volume = mount && (task.volumes ?? []).find(({ name }) => name === mount.name);
  if (!mount || !volume?.secret) return;
  const items = (volume.secret.items ?? []).filter(({ path }) => path !== posix.basename(key));
  const mounts = (container.volumeMounts ?? []).filter((one) => one !== mount);
  container.volumeMounts = mounts;
  if (items.length === 0) return;
  const left: Volume = { name: volumeName(task, posix.dirname(key)), secret: { ...volume.secret, items } };
  task.volumes = [...(task.volumes ?? []), left];
  container.volumeMounts = [...mounts, { ...mount, name: left.name ?? '' }];
}

function volumeName(task: RunTask, folder: string): string {
  const taken = new Set((task.volumes ?? []).map(({ name }) => name));
  const slug = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 50);
  let name = `secret-${slug}`;
  for (let number = 2; taken.has(name); number++) name = `secret-${slug}-${number}`;
  return name;
}
