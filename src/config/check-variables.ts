import { posix } from 'node:path';
import {
  type Draft,
  knownSecrets,
  secretFilesOf,
  type VariableBlock,
  variableBlocks,
  variablesOf,
} from './draft.ts';
import { suggestion } from './nearest.ts';
import { retiredModelIn } from './retired-models.ts';
import type { ScalarNode } from './source.ts';
import { mapAt } from './tree.ts';

/** https://cloud.google.com/run/docs/container-contract#env-vars: Cloud Run sets these itself and refuses them. */
export const reservedVariables: ReadonlySet<string> = new Set([
  'PORT',
  'K_SERVICE',
  'K_REVISION',
  'K_CONFIGURATION',
]);

/** Everything about env:, secrets: and env_groups: that the schema cannot say. */
export function checkVariables(draft: Draft): void {
  const known = knownSecrets(draft);
  for (const block of variableBlocks(draft)) {
    checkKeyFile(block, draft);
    for (const [name, node] of block.env) checkEnv(name, node, draft);
    for (const [name, node] of block.secrets) checkSecretName(name, node, known, draft);
    checkNames(block, draft);
  }
  for (const key of Object.keys(draft.config.services)) checkSecretFiles(key, known, draft);
  checkGroups(draft);
  checkBrokers(draft);
  checkWorkers(draft);
}

/** Cloud Run mounts each secret as a folder. https://cloud.google.com/run/docs/configuring/services/secrets#mounting-secrets */
function checkSecretFiles(key: string, known: ReadonlySet<string>, draft: Draft): void {
  const folders = new Map<string, string>();
  for (const [file, node] of secretFilesOf(draft, key)) {
    checkSecretName(file, node, known, draft);
    const folder = posix.dirname(file);
    const other = folders.get(folder) ?? node.text;
    folders.set(folder, other);
    if (other === node.text) continue;
    draft.findings.error({
      code: 'SECRET_FOLDER_SHARED',
      at: { place: node.keyPlace, path: node.path },
      message: `${folder} holds the secret ${other} already, and a folder can hold one`,
      fix: `put it into another folder, for example ${folder}-${posix.basename(file).split('.')[0]}/${posix.basename(file)}`,
    });
  }
}

/** https://cloud.google.com/docs/authentication/application-default-credentials#order */
function checkKeyFile({ env, secrets }: VariableBlock, draft: Draft): void {
  const name = 'GOOGLE_APPLICATION_CREDENTIALS';
  const node = env.get(name) ?? secrets.get(name);
  if (node === undefined) return;
  draft.findings.warning({
    code: 'KEY_FILE_VARIABLE',
    at: { place: node.keyPlace, path: node.path },
    message:
      "Google's libraries would look for a key file there, and not for the service account that Cloud Run gives them",
    fix: 'remove it, and name what the program needs under roles:',
  });
}

function checkNames(block: VariableBlock, draft: Draft): void {
  for (const [name, node] of [...block.env, ...block.secrets]) {
    if (!reservedVariables.has(name)) continue;
    draft.findings.error({
      code: 'RESERVED_VARIABLE',
      at: { place: node.keyPlace, path: node.path },
      message: `Cloud Run sets ${name} itself and refuses it here`,
      fix: name === 'PORT' ? 'remove it; app.port says what PORT will be' : 'remove it',
    });
  }
  for (const [name, node] of block.secrets) {
    if (!block.env.has(name)) continue;
    draft.findings.error({
      code: 'DUPLICATE_VARIABLE',
      at: { place: node.keyPlace, path: node.path },
      message: `${name} is under env: and under secrets:`,
      fix: 'keep one of the two',
    });
  }
}

function checkEnv(name: string, node: ScalarNode, draft: Draft): void {
  if (/^projects\/[^/]+\/secrets\/|^(sm|secret):\/\//.test(node.text)) {
    draft.findings.error({
      code: 'SECRET_PATH_IN_ENV',
      at: node,
      message: `the container would see the text ${JSON.stringify(node.text)}, not the value of the secret`,
      fix: `put ${name} under secrets: with the name of the secret alone`,
    });
  }
  checkModel(node, draft);
}

function checkModel(node: ScalarNode, draft: Draft): void {
  const retired = retiredModelIn(node.text);
  if (retired === undefined) return;
  draft.findings.error({
    code: 'RETIRED_MODEL',
    at: node,
    message: `${retired.id} was shut down on ${retired.date} and answers 404`,
    fix: `name a model that is still served, see ${retired.source}`,
  });
}

function checkSecretName(name: string, node: ScalarNode, known: ReadonlySet<string>, draft: Draft): void {
  if (known.has(node.text)) return;
  const problem = notASecretName(name, node.text);
  if (problem !== undefined) {
    draft.findings.error({ code: 'NOT_A_SECRET_NAME', at: node, ...problem });
    return;
  }
  draft.findings.error({
    code: 'UNDECLARED_SECRET',
    at: node,
    message: `there is no secret "${node.text}"`,
    fix: suggestion(
      node.text,
      [...known],
      `declare it: add ${node.text} under secrets: at the top of the file`,
    ),
  });
}

function notASecretName(variable: string, text: string): { message: string; fix: string } | undefined {
  const shown = JSON.stringify(text);
  const versioned = /^([A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*):(latest|\d+)$/.exec(text);
  if (versioned !== null) {
    return {
      message: `${shown} names a version of a secret`,
      fix: `write ${versioned[1]}; its version is pinned at each deployment`,
    };
  }
  const path = /^projects\/[^/]+\/secrets\/([^/]+)/.exec(text);
  if (path !== null) return { message: `${shown} is a path`, fix: `write ${path[1]}, the name alone` };
  if (!/^\d*$/.test(text) && /^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  return {
    message: `${shown} is a value, not the name of a secret`,
    fix: `put ${variable} under env:, or declare a secret under secrets: and name it here`,
  };
}

function checkGroups(draft: Draft): void {
  const groups = [...mapAt(draft.written, ['env_groups']).keys(), ...Object.keys(draft.config.env_groups)];
  for (const [key, service] of mapAt(draft.tree, ['services'])) {
    const named = service.kind === 'map' ? service.entries.get('env_groups') : undefined;
    if (draft.config.services[key] === undefined || named?.kind !== 'list') continue;
    for (const item of named.items) {
      if (item.kind !== 'scalar' || groups.includes(item.text)) continue;
      draft.findings.error({
        code: 'UNDECLARED_ENV_GROUP',
        at: item,
        message: `there is no group "${item.text}"`,
        fix: suggestion(item.text, [...new Set(groups)], `add ${item.text} under env_groups:`),
      });
    }
  }
}

/**
 * Celery workers take every message of their queue and drop the tasks that they do not know, so that two
 * applications on one broker lose each other's work. https://docs.celeryq.dev/en/stable/userguide/routing.html
 */
function checkBrokers(draft: Draft): void {
  const users = new Map<string, string>();
  for (const [key, service] of Object.entries(draft.config.services)) {
    if (service.worker === undefined) continue;
    for (const [name, variable] of variablesOf(draft, key)) {
      if (!brokerVariable.test(name)) continue;
      const broker = brokerOf(variable.kind === 'secret', variable.node.text, draft);
      const other = users.get(broker);
      users.set(broker, other ?? key);
      if (other === undefined || other === key) continue;
      draft.findings.warning({
        code: 'SHARED_BROKER',
        at: variable.node,
        message: `the workers of ${other} and ${key} take messages from the same broker`,
        fix: `give each service its own database, for example \${redis.url}/1 and \${redis.url}/2`,
      });
    }
  }
}

/** A service that hands out tasks, on a broker that no worker of the file takes any from. */
function checkWorkers(draft: Draft): void {
  const brokers = Object.keys(draft.config.services).flatMap((key) =>
    [...variablesOf(draft, key)]
      .filter(([name]) => brokerVariable.test(name))
      .map(([, { kind, node }]) => ({ key, node, broker: brokerOf(kind === 'secret', node.text, draft) })),
  );
  const worked = new Set(
    brokers.flatMap(({ key, broker }) => (draft.config.services[key]?.worker ? [broker] : [])),
  );
  for (const { key, node, broker } of brokers) {
    if (worked.has(broker)) continue;
    draft.findings.warning({
      code: 'BROKER_WITHOUT_WORKER',
      at: node,
      message: `${key} puts tasks on this broker, and no worker of the file takes them: they stay pending`,
      fix: `add worker: to services.${key}, or to the service whose tasks they are, with the same broker`,
    });
  }
}

const brokerVariable = /(^|_)BROKER_URL$/;

/** What tells two brokers apart: the text that the variable will hold, as far as the file says it. */
function brokerOf(isSecret: boolean, text: string, draft: Draft): string {
  if (!isSecret) return text;
  const value = mapAt(draft.tree, ['secrets', text]).get('value');
  return value?.kind === 'scalar' ? value.text : `secret ${text}`;
}
