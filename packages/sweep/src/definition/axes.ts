import { seeded, type Distribution } from '@sae-lab/core';
import { describeValue } from '@sae-lab/errors';
import type { Problem } from './problems.ts';

type Interval = Extract<Distribution<unknown>, { low: number }>;

/** Uniform in [low, high). */
export function uniform(low: number, high: number): Distribution<number> {
  return { distribution: 'uniform', low, high };
}

/** Uniform in the logarithm, between low and high, both above 0: for coefficients and learning rates. */
export function logUniform(low: number, high: number): Distribution<number> {
  return { distribution: 'log-uniform', low, high };
}

/** One of the values, each as likely as the others. */
export function choice<const T>(values: readonly T[]): Distribution<T> {
  return { distribution: 'choice', values };
}

/** An axis with the names that it goes by. */
export interface NamedAxis {
  readonly key: PropertyKey;
  /** Where it stands in the definition, e.g. `variants[1].k`. */
  readonly path: string;
  /** Names its stream of draws. Not the path, so that the order of the variants does not change what is drawn. */
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
        : [{ field: path, problem: 'has no values to choose from', received: describeValue(axis.values) }];
    case 'uniform':
    case 'log-uniform': {
      if (isInterval(axis)) return [];
      const log = axis.distribution === 'log-uniform';
      return [
        {
          field: path,
          problem: `is no ${axis.distribution} distribution`,
          expected: `${log ? '0 < ' : ''}low < high, with a finite ${log ? 'ratio' : 'difference'}`,
          received: `low ${describeValue(axis.low)}, high ${describeValue(axis.high)}`,
        },
      ];
    }
    default:
      return [
        {
          field: path,
          problem: 'is no distribution',
          expected: 'uniform(low, high), logUniform(low, high) or choice([...])',
          received: describeValue(axis),
        },
      ];
  }
}

function isInterval({ distribution, low, high }: Interval): boolean {
  if (typeof low !== 'number' || typeof high !== 'number' || !(low < high)) return false;
  return distribution === 'uniform' ? Number.isFinite(high - low) : low > 0 && Number.isFinite(high / low);
}

/** The number of combinations that {@link expandAxes} makes. */
export function countCombinations(axes: readonly NamedAxis[], samples: number | undefined): number {
  const draws = axes.some(({ axis }) => isDistribution(axis)) ? (samples ?? 0) : 1;
  return axes.reduce((count, { axis }) => count * (Array.isArray(axis) ? axis.length : 1), draws);
}

/**
 * Every combination of the axes' values, the last axis varying fastest. Arrays are a grid. Distributions are drawn
 * together, `samples` times, and each draw is crossed with the grid, so that every hook, width and seed sees the
 * same values. Draw i depends on `sampleSeed`, the axis and i alone: more samples add to those there were.
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
