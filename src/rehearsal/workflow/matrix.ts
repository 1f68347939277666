import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../lib/failure.ts';
import type { Json } from './expressions.ts';

/** The values of one job of a matrix, by name. */
export type Cell = Readonly<Record<string, Json>>;

export interface Strategy {
  /** One empty cell when there is no matrix. */
  readonly cells: readonly Cell[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

/** GitHub's limit of jobs per workflow run. */
const limit = 256;

/**
 * Expands an evaluated `strategy:`.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 * Throws Failure MATRIX_INVALID.
 */
export function expandStrategy(strategy: Json): Strategy {
  const {
    matrix = null,
    'fail-fast': failFast = true,
    'max-parallel': maxParallel = null,
  } = mapping(strategy);
  const cells = matrix === null ? [{}] : expandMatrix(matrix);
  return {
    cells,
    failFast: failFast !== false,
    maxParallel: typeof maxParallel === 'number' && maxParallel > 0 ? maxParallel : cells.length,
  };
}

export function expandMatrix(matrix: Json): readonly Cell[] {
  if (matrix === null || typeof matrix !== 'object' || isList(matrix)) {
    throw invalid('the matrix must be a mapping of lists');
  }
  const { include = [], exclude = [], ...vectors } = matrix;
  const crossed = cross(vectors).filter(
    (cell) => !cells(exclude, 'exclude').some((unwanted) => matches(cell, unwanted)),
  );
  const expanded = extend(crossed, cells(include, 'include'));
  if (expanded.length === 0) throw invalid('the matrix must define at least one job');
  if (expanded.length > limit)
    throw invalid(`the matrix gives ${expanded.length} jobs, the limit is ${limit}`);
  return expanded;
}

function cross(vectors: Readonly<Record<string, Json>>): readonly Cell[] {
  const names = Object.keys(vectors);
  if (names.length === 0) return [];
  return names.reduce<readonly Cell[]>(
    (combinations, name) => {
      const values = vectors[name] ?? null;
      if (!isList(values)) throw invalid(`matrix vector "${name}" is no list`);
      if (values.length === 0) throw invalid(`matrix vector "${name}" does not contain any values`);
      return combinations.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value })));
    },
    [{}],
  );
}

/**
 * Each entry of `include` goes into every combination none of whose own values it would change; an entry that fits
 * nowhere is a job of its own.
 */
function extend(combinations: readonly Cell[], includes: readonly Cell[]): readonly Cell[] {
  const extended = combinations.map((original) => ({ original, cell: original }));
  const added: Cell[] = [];
  for (const include of includes) {
    const fitting = extended.filter(({ original }) =>
      Object.entries(include).every(
        ([name, value]) => !(name in original) || isDeepStrictEqual(original[name], value),
      ),
    );
    for (const one of fitting) one.cell = { ...one.cell, ...include };
    if (fitting.length === 0) added.push(include);
  }
  return [...extended.map(({ cell }) => cell), ...added];
}

function matches(cell: Cell, pattern: Cell): boolean {
  return Object.entries(pattern).every(([name, value]) => isDeepStrictEqual(cell[name], value));
}

function cells(value: Json, name: string): readonly Cell[] {
  if (!isList(value)) throw invalid(`"${name}" of the matrix is no list`);
  return value.map(mapping);
}

function mapping(value: Json): Readonly<Record<string, Json>> {
  return value === null || typeof value !== 'object' || isList(value) ? {} : value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function invalid(message: string): Failure {
  return new Failure('MATRIX_INVALID', message, { next: 'Correct the matrix of the job.' });
}

/** The part that GitHub appends to a job's name, for example ` (api, 3)`. */
export function cellSuffix(cell: Cell): string {
  const values = Object.values(cell).flatMap(scalars);
  return values.length === 0 ? '' : ` (${values.join(', ')})`;
}

function scalars(value: Json): readonly string[] {
  if (value === null) return [];
  if (typeof value !== 'object') return [String(value)];
  return (isList(value) ? value : Object.values(value)).flatMap(scalars);
}
