import { seeded, type Distribution } from '@sae-lab/core';
import { describeValue } from '@sae-lab/errors';
import type { Problem } from './problems.ts';

type Interval = Extract<Distribution<unknown>, { low: number }>;

/** The distributions of an axis, for docs/reference.md: the syntax of each and what it draws. */
export const DISTRIBUTIONS: readonly (readonly [call: string, meaning: string])[] = [
  ['choice([a, b, c])', 'One of the values, each with the same probability. For integers and names.'],
  ['uniform(low, high)', 'A real number, uniform in [low, high).'],
  [
    'logUniform(low, high)',
    'A real number whose logarithm is uniform, in [low, high) with low > 0. For coefficients and learning rates.',
  ],
];

/** Uniform in [low, high). Draws real numbers; use {@link choice} for integers. */
export function uniform(low: number, high: number): Distribution<number> {
  return { distribution: 'uniform', low, high };
}

/**
 * Log-uniform in [low, high) with low > 0, for coefficients and learning rates. Draws real numbers; use {@link choice}
 * for integers.
 *
 * @example
 * reluL1({ l1: logUniform(0.1, 10) });
 */
export function logUniform(low: number, high: number): Distribution<number> {
  return { distribution: 'log-uniform', low, high };
}

/**
 * One of the values, each with the same probability.
 *
 * @example
 * topk({ k: choice([8, 16, 32]) });
 */
export function choice<const T>(values: readonly T[]): Distribution<T> {
  return { distribution: 'choice', values };
}

/** An axis with its names. */
export interface NamedAxis {
  readonly key: PropertyKey;
  /** Its place in the definition, e.g. `variants[1].k`. */
  readonly path: string;
  /** Name of its stream of draws. Unlike the path, it does not depend on the order of the variants. */
  readonly stream: string;
  readonly axis: unknown;
}

export function isDistribution(axis: unknown): axis is Distribution<unknown> {
  return typeof axis === 'object' && axis !== null && 'distribution' in axis;
}

export function problemsOfAxis({ axis, path }: NamedAxis): Problem[] {
  if (Array.isArray(axis) && axis.length === 0) {
    return [{ field: path, problem: 'has no values', expected: 'at least one value', received: '[]' }];
  }
  if (!isDistribution(axis)) return [];
  switch (axis.distribution) {
    case 'choice':
      return Array.isArray(axis.values) && axis.values.length > 0
        ? []
        : [
            {
              field: path,
              problem: 'has no values',
              expected: 'choice([...]) with at least one value',
              received: describeValue(axis.values),
            },
          ];
    case 'uniform':
    case 'log-uniform': {
      if (isInterval(axis)) return [];
      const log = axis.distribution === 'log-uniform';
      return [
        {
          field: path,
          problem: `is not a valid ${log ? 'logUniform' : 'uniform'} distribution`,
          expected: `${log ? '0 < ' : ''}low < high, with a finite ${log ? 'ratio' : 'difference'}`,
          received: `low ${describeValue(axis.low)}, high ${describeValue(axis.high)}`,
        },
      ];
    }
    default:
      return [
        {
          field: path,
          problem: 'is not a known distribution',
          expected: 'choice([...]), uniform(low, high) or logUniform(low, high)',
          received: describeValue(axis),
        },
      ];
  }
}

function isInterval({ distribution, low, high }: Interval): boolean {
  if (typeof low !== 'number' || typeof high !== 'number' || !(low < high)) return false;
  return distribution === 'uniform' ? Number.isFinite(high - low) : low > 0 && Number.isFinite(high / low);
}

/** Whether an axis draws real numbers, which are invalid for an integer. */
export function drawsRealNumbers(axis: unknown): axis is Interval {
  return isDistribution(axis) && axis.distribution !== 'choice';
}

/** Number of combinations that {@link expandAxes} returns. */
export function countCombinations(axes: readonly NamedAxis[], samples: number | undefined): number {
  const draws = axes.some(({ axis }) => isDistribution(axis)) ? (samples ?? 0) : 1;
  return axes.reduce((count, { axis }) => count * (Array.isArray(axis) ? axis.length : 1), draws);
}

/**
 * Every combination of the axes' values, the last axis varying fastest. Arrays are a grid. Distributions are drawn
 * together, `samples` times, and each draw is combined with every point of the grid. Draw i depends only on
 * `sampleSeed`, the axis and i, so raising `samples` keeps the earlier draws.
 */
export function expandAxes(
  axes: readonly NamedAxis[],
  { samples, sampleSeed }: { samples: number | undefined; sampleSeed: number },
): Record<PropertyKey, unknown>[] {
  const draws = axes.some(({ axis }) => isDistribution(axis)) ? (samples ?? 0) : 1;
  return Array.from({ length: draws }, (_, draw) =>
    axes.reduce<Record<PropertyKey, unknown>[]>(
      (combinations, axis) => {
        const values = valuesOf(axis, draw, sampleSeed);
        return combinations.flatMap((combination) =>
          values.map((value) => ({ ...combination, [axis.key]: value })),
        );
      },
      [{}],
    ),
  ).flat();
}

function valuesOf({ axis, stream }: NamedAxis, draw: number, sampleSeed: number): readonly unknown[] {
  if (isDistribution(axis)) return [drawFrom(axis, seeded(sampleSeed, stream, draw).uniform())];
  return Array.isArray(axis) ? axis : [axis];
}

function drawFrom(distribution: Distribution<unknown>, u: number): unknown {
  switch (distribution.distribution) {
    case 'choice':
      return distribution.values[Math.floor(u * distribution.values.length)];
    case 'uniform':
      return distribution.low + u * (distribution.high - distribution.low);
    case 'log-uniform':
      return distribution.low * (distribution.high / distribution.low) ** u;
  }
}
