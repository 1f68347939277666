import { z } from 'zod';
import { text, variableName, word } from './schema-values.ts';

/** What several sections of deploy.yaml are made of. `derived` says a default that depends on other keys. */

export const derived = (description: string, value: string) => ({ description, 'x-default': value });

export const lowerCaseName = () =>
  word(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'use lower case letters, digits and hyphens, starting with a letter and not ending with a hyphen',
  );

export const secretName = () =>
  word(/^[A-Za-z0-9_-]{1,255}$/, 'name secrets with letters, digits, hyphens and underscores');

export const env = (where: string) =>
  z
    .record(variableName(), text())
    .default({})
    .describe(`Environment variables of ${where}, in plain text. \`\${...}\` references are filled in.`);

export const secrets = (where: string) =>
  z
    .record(variableName(), text())
    .default({})
    .describe(
      `Environment variables of ${where} that are read from Secret Manager: variable → name under \`secrets:\`. The version is pinned at each deployment.`,
    );
