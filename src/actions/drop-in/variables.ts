/** Environment variables and secrets of a draft: added to what is there, or in its place. */
import { posix } from 'node:path';
import type { RunContainer } from '../../google/run.ts';
import type { RunTask } from '../../google/run-jobs.ts';
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
    for (const use of uses) {
      if (use.key.startsWith('/')) mountSecret(draft, use);
      else {
        const { secret, version } = use;
        put(draft.container, { name: use.key, valueSource: { secretKeyRef: { secret, version } } });
      }
    }
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

function isSecret(variable: Variable): boolean {
  return variable.valueSource !== undefined;
}

/** A folder can hold versions of one secret alone: that is how Cloud Run mounts them. */
function mountSecret(draft: Draft, { key, secret, version }: SecretUse): void {
  const { container, task } = draft;
  const [folder, path] = [posix.dirname(key), posix.basename(key)];
  const mount = (container.volumeMounts ?? []).find(({ mountPath }) => mountPath === folder);
  const there = mount && (task.volumes ?? []).find(({ name }) => name === mount.name);
  if (there?.secret?.secret === secret) {
    const others = (there.secret.items ?? []).filter((item) => item.path !== path);
    there.secret.items = [...others, { path, version }];
    return;
  }
  const volume: Volume = { name: volumeName(task, folder), secret: { secret, items: [{ path, version }] } };
  task.volumes = [...(task.volumes ?? []), volume];
  const others = (container.volumeMounts ?? []).filter((one) => one !== mount);
  container.volumeMounts = [...others, { name: volume.name, mountPath: folder }];
  dropUnusedVolumes(draft, (one) => one.secret !== undefined);
}

function unmountSecret({ container, task }: Draft, key: string): void {
  const mount = (container.volumeMounts ?? []).find(({ mountPath }) => mountPath === posix.dirname(key));
  const volume = mount && (task.volumes ?? []).find(({ name }) => name === mount.name);
  if (!volume?.secret) return;
  volume.secret.items = (volume.secret.items ?? []).filter(({ path }) => path !== posix.basename(key));
  if (volume.secret.items.length > 0) return;
  container.volumeMounts = (container.volumeMounts ?? []).filter((one) => one !== mount);
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
