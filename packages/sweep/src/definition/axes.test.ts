import { describe, expect, it } from 'vitest';
import { choice, expandAxes, logUniform, problemsOfAxis, uniform, type NamedAxis } from './axes.ts';

const named = (key: string, axis: unknown): NamedAxis => ({ key, path: key, stream: key, axis });
const unsampled = { samples: undefined, sampleSeed: 0 };

const draw = (samples: number, sampleSeed: number) =>
  expandAxes([named('a', logUniform(1e-4, 1))], { samples, sampleSeed });

describe('expandAxes', () => {
  it('combines arrays, the last axis varying fastest, and keeps single values', () => {
    expect(expandAxes([named('a', [1, 2]), named('b', ['x', 'y']), named('c', 7)], unsampled)).toEqual([
      { a: 1, b: 'x', c: 7 },
      { a: 1, b: 'y', c: 7 },
      { a: 2, b: 'x', c: 7 },
      { a: 2, b: 'y', c: 7 },
    ]);
  });

  it('combines each draw with every point of the grid', () => {
    const combinations = expandAxes([named('a', uniform(0, 1)), named('b', [1, 2])], {
      samples: 3,
      sampleSeed: 0,
    });
    expect(combinations.map(({ b }) => b)).toEqual([1, 2, 1, 2, 1, 2]);
    const drawn = combinations.map(({ a }) => a);
    expect(drawn[0]).toBe(drawn[1]);
    expect(new Set(drawn).size).toBe(3);
  });

  it('draws the same values for the same seed, and keeps them when samples are added', () => {
    expect(draw(4, 1)).toEqual(draw(4, 1));
    expect(draw(4, 1)).not.toEqual(draw(4, 2));
    expect(draw(8, 1).slice(0, 4)).toEqual(draw(4, 1));
  });

  it('draws the same values for an axis when another is added', () => {
    const settings = { samples: 4, sampleSeed: 0 };
    const alone = expandAxes([named('a', uniform(0, 1))], settings).map(({ a }) => a);
    const together = expandAxes([named('b', uniform(0, 1)), named('a', uniform(0, 1))], settings);
    expect(together.map(({ a }) => a)).toEqual(alone);
    expect(together.map(({ b }) => b)).not.toEqual(alone);
  });

  it('draws log-uniformly: as many values below the geometric mean as above', () => {
    const values = expandAxes([named('a', logUniform(1e-4, 1))], { samples: 1000, sampleSeed: 0 }).map(
      ({ a }) => a as number,
    );
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...values)).toBeLessThan(1);
    const below = values.filter((value) => value < 1e-2).length;
    expect(below).toBeGreaterThan(440);
    expect(below).toBeLessThan(560);
  });

  it('chooses every value about equally often', () => {
    const values = expandAxes([named('a', choice([1, 2, 3]))], { samples: 900, sampleSeed: 0 });
    for (const value of [1, 2, 3]) {
      expect(values.filter(({ a }) => a === value).length).toBeGreaterThan(240);
    }
  });
});

describe('problemsOfAxis', () => {
  it.each([
    ['an empty array', []],
    ['an empty choice', choice([])],
    ['low above high', uniform(2, 1)],
    ['a logarithm of 0', logUniform(0, 1)],
    ['no bound', uniform(0, Infinity)],
    ['NaN', logUniform(Number.NaN, 1)],
    ['an unknown distribution', { distribution: 'normal' }],
  ])('finds %s', (_name, axis) => {
    expect(problemsOfAxis(named('l1', axis))).toEqual([expect.objectContaining({ field: 'l1' })]);
  });

  it.each([[[1]], [1], [uniform(-1, 1)], [logUniform(1e-3, 1)], [choice(['a'])]])('accepts %j', (axis) => {
    expect(problemsOfAxis(named('l1', axis))).toEqual([]);
  });
});
