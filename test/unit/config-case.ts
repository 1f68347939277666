import { readFileSync } from 'node:fs';
import type { Deployment } from '../../src/config/deployment.ts';
import type { Finding } from '../../src/config/finding.ts';
import { type LoadOptions, parseDeployment } from '../../src/config/load.ts';

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/config/${name}`, import.meta.url), 'utf8');
}

export function findingsOf(text: string, options: Partial<LoadOptions> = {}): readonly Finding[] {
  return parseDeployment(text, { file: 'deploy.yaml', root: '.', ...options }).findings;
}

/** `CODE line:column path`, as the tables of the tests write it. */
export function brief(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ code, place, path }) => `${code} ${place.line}:${place.column}${path === '' ? '' : ` ${path}`}`,
  );
}

export function deploymentOf(text: string, options: Partial<LoadOptions> = {}): Deployment {
  const { deployment, findings } = parseDeployment(text, { file: 'deploy.yaml', root: '.', ...options });
  if (deployment === undefined)
    throw new Error(
      `not accepted: ${findings.map((finding) => `${finding.code} ${finding.message}`).join('; ')}`,
    );
  return deployment;
}

/** A file of one environment around what a test is about; lines are given at their indentation. */
export function file(...lines: readonly string[]): string {
  return ['version: 1', 'name: shop', 'project: shop-project', 'region: us-central1', ...lines, ''].join(
    '\n',
  );
}

/** The same with one service, `web`, whose keys are given. */
export function web(...lines: readonly string[]): string {
  return file('services:', '  web:', '    build: {}', '    app: {}', ...lines.map((line) => `    ${line}`));
}
