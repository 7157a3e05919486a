import { describe, expect, it } from 'vitest';
import { seeded, shuffle } from './seeded.ts';

describe('seeded', () => {
  const draw = (seed: number, ...path: string[]): number[] => {
    const random = seeded(seed, ...path);
    return Array.from({ length: 5 }, () => random.uniform());
  };

  it('returns the same numbers for the same seed and path, and different ones otherwise', () => {
    expect(draw(1, 'init')).toEqual(draw(1, 'init'));
    expect(draw(1, 'init')).not.toEqual(draw(2, 'init'));
    expect(draw(1, 'init')).not.toEqual(draw(1, 'shuffle'));
  });

  it('draws normals with mean 0 and variance 1', () => {
    const random = seeded(3, 'normal');
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it('shuffles into a permutation', () => {
    const items = shuffle(
      Int32Array.from({ length: 100 }, (_, i) => i),
      seeded(0, 'shuffle'),
    );
    expect([...items]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(items.toSorted()).toEqual(Int32Array.from({ length: 100 }, (_, i) => i));
  });
});
