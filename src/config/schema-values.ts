import { z } from 'zod';

/*
 * The kinds of value that deploy.yaml is made of. The text given to a pattern or a union is the fix that a finding
 * shows when a value does not fit, so it says what to write.
 */

/** A text that YAML may have read as a number or as true/false; it is used as it was written. */
export const text = () =>
  z.union([z.string(), z.number(), z.boolean()], { error: 'write one value; "" is the empty text' });

export const word = (pattern: RegExp, fix: string) => z.string({ error: fix }).regex(pattern, fix);

export const variableName = () =>
  word(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'name variables with letters, digits and underscores, not starting with a digit',
  );

/** https://cloud.google.com/run/docs/configuring/services/memory-limits: 128 MiB to 32 GiB. */
export const memory = () =>
  word(/^[1-9]\d*(\.\d+)?(Ki|Mi|Gi|k|M|G)$/, 'write a number with a unit, for example 512Mi or 1Gi');

/** https://cloud.google.com/run/docs/configuring/services/cpu */
export const cpu = () =>
  z.union([z.number().min(0.08).max(8), z.string().regex(/^([1-9]\d*m?|0\.\d+)$/)], {
    error: 'use 1, 2, 4, 6 or 8, or a fraction of one from 0.08 on',
  });

export const duration = () =>
  z.union([z.int().positive(), z.string().regex(/^[1-9]\d*(s|m|h)?$/)], {
    error: 'write seconds, or a number with s, m or h, for example 300s or 5m',
  });

/** How long something may lie idle: minutes mean nothing there. */
export const age = () => word(/^[1-9]\d*(h|d)$/, 'write hours or days, for example 12h or 7d');

export const words = () => z.array(text());

export const httpPath = () => word(/^\/\S*$/, 'start the path with /, for example /health');

export const relativePath = () =>
  word(/^[^/\\\s][^\\]*$/, 'write a path relative to the folder of this file, with / between its parts');

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration or an age that the schema accepted. */
export function seconds(value: string | number): number {
  const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(String(value)) ?? [];
  return Number(amount) * (unitSeconds[unit] ?? Number.NaN);
}

/** Thousandths of a CPU. */
export function millicpu(value: string | number): number {
  const written = String(value);
  return written.endsWith('m') ? Number(written.slice(0, -1)) : Math.round(Number(written) * 1000);
}

/** CPU as Cloud Run writes it back: whole ones as `2`, fractions as `500m`. */
export function cpuQuantity(value: string | number): string {
  const thousandths = millicpu(value);
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

const memoryUnits: Readonly<Record<string, number>> = {
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  k: 1000,
  M: 1000 ** 2,
  G: 1000 ** 3,
};

export function memoryBytes(value: string): number {
  const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(value) ?? [];
  return Number(amount) * (memoryUnits[unit ?? ''] ?? Number.NaN);
}
