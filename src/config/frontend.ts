import { posix } from 'node:path';
import { authenticationOf } from './access.ts';
import type { Frontend } from './deployment.ts';
import { type Draft, whereKey } from './draft.ts';
import { bucketName, buildBucket, frontendBucket } from './names.ts';
import { bindText } from './references.ts';
import type { ScalarNode } from './source.ts';
import type { Template } from './template.ts';
import { mapAt } from './tree.ts';

/** `frontend:`, a website in a public bucket. */

export function frontendOf(draft: Draft): Frontend | undefined {
  const frontend = draft.config.frontend;
  if (frontend === undefined) return undefined;
  return {
    folder: tidy(frontend.folder),
    bucket: frontendBucket(draft.config, draft.project),
    location: frontend.location ?? draft.config.region,
    mainPage: frontend.main_page,
    notFoundPage: frontend.not_found_page ?? frontend.main_page,
    ...(frontend.config_json && { configJson: configJson(draft) }),
    immutable: frontend.immutable.map(tidy),
    place: whereKey(draft, 'frontend').place,
  };
}

function tidy(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}

function configJson(draft: Draft): Readonly<Record<string, Template | number | boolean>> {
  const values: [string, Template | number | boolean][] = [];
  for (const [key, node] of settings(draft)) {
    if (typeof node.value === 'number' || typeof node.value === 'boolean') values.push([key, node.value]);
    // Findings come from checkFrontend, once.
    else values.push([key, bindText(node, draft.scope, draft.findings).template]);
  }
  return Object.fromEntries(values);
}

function settings(draft: Draft): readonly (readonly [string, ScalarNode])[] {
  return [...mapAt(draft.tree, ['frontend', 'config_json'])].flatMap(([key, node]) =>
    node.kind === 'scalar' ? [[key, node] as const] : [],
  );
}

/** Everybody reads the file, and browsers use what is in it. */
export function checkFrontend(draft: Draft): void {
  if (draft.config.frontend === undefined) return;
  checkBucket(draft);
  for (const [, node] of settings(draft)) {
    const { uses, secret } = bindText(node, draft.scope, draft.findings);
    const hidden = uses.find(({ kind }) => kind === 'redis' || kind === 'database');
    if (secret !== undefined || hidden !== undefined) {
      draft.findings.error({
        code: 'SECRET_IN_FRONTEND',
        at: node,
        message: 'everybody can read config.json, and no browser reaches the database or Redis',
        fix: 'remove it; let a service use it and name that service here',
      });
    }
    for (const use of uses) if (use.kind === 'service') checkReachable(use.key, node, draft);
  }
}

function checkReachable(key: string, node: ScalarNode, draft: Draft): void {
  const app = draft.config.services[key]?.app;
  if (app === undefined || (app.ingress === 'all' && authenticationOf(draft, key) === 'none')) return;
  draft.findings.warning({
    code: 'FRONTEND_CALLS_PRIVATE',
    at: node,
    message: `browsers cannot call ${key}: ${app.ingress === 'all' ? 'it asks for an identity token' : 'only the VPC reaches it'}`,
    fix: `set public: true for ${key}, or name a service that is public`,
  });
}

function checkBucket(draft: Draft): void {
  const { config, project } = draft;
  const name = frontendBucket(config, project);
  const others = [
    buildBucket(config, project),
    ...Object.keys(config.buckets).map((key) => bucketName(config, key, project)),
  ];
  if (!others.includes(name)) return;
  draft.findings.error({
    code: 'FRONTEND_BUCKET_SHARED',
    at: whereKey(draft, 'frontend', 'bucket'),
    message: `${name} is already used for something else, and everybody may read what is in the frontend's bucket`,
    fix: 'give frontend.bucket a name of its own',
  });
}
