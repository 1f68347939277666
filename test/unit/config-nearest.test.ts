import { describe, expect, test } from 'vitest';
import { editDistance, nearest, suggestion } from '../../src/config/nearest.ts';

describe('edit distance', () => {
  test.each([
    ['', '', 0],
    ['port', 'port', 0],
    ['', 'port', 4],
    ['prot', 'port', 1],
    ['pot', 'port', 1],
    ['porrt', 'port', 1],
    ['pert', 'port', 1],
    ['kitten', 'sitting', 3],
  ])('%s → %s is %i', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
    expect(editDistance(b, a)).toBe(expected);
  });
});

describe('the nearest name', () => {
  test.each([
    ['databse', ['database', 'redis'], 'database'],
    ['Memory', ['memory', 'cpu'], 'memory'],
    ['env_group', ['env', 'env_groups'], 'env_groups'],
    ['replicas', ['instances', 'cpu'], undefined],
    ['ab', ['cd'], undefined],
    ['anything', [], undefined],
  ])('to %s', (written, candidates, expected) => {
    expect(nearest(written, candidates)).toBe(expected);
  });

  test('without a near one the known ones are listed', () => {
    expect(suggestion('replicas', ['cpu', 'memory'], 'remove it')).toBe('known here: cpu, memory');
    expect(suggestion('replicas', [], 'remove it')).toBe('remove it');
  });
});
