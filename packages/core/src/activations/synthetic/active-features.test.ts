import { describe, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { activeFeatures, childOf, parentsOf } from './active-features.ts';
import { featureFrequencies } from './feature-frequencies.ts';
import { syntheticSpecSchema, type SyntheticSpec, type SyntheticSpecInput } from './synthetic-spec.ts';

const ROWS = 40_000;

function specOf(change: Partial<SyntheticSpecInput>): SyntheticSpec {
  return syntheticSpecSchema.parse({ kind: 'synthetic', features: 60, dIn: 8, active: 3, ...change });
}

/** The features of each row. */
function sample(spec: SyntheticSpec): Set<number>[] {
  const visitActive = activeFeatures(spec);
  const random = seeded(0, 'active');
  return Array.from({ length: ROWS }, () => {
    const row = new Set<number>();
    visitActive(random, (feature) => row.add(feature));
    return row;
  });
}
const share = (rows: Set<number>[], holds: (row: Set<number>) => boolean): number =>
  rows.filter(holds).length / rows.length;
/** Five standard deviations of a share. */
const tolerance = (p: number, rows = ROWS): number => 5 * Math.sqrt((p * (1 - p)) / rows);

describe('groups', () => {
  const spec = specOf({ frequencyExponent: 0.5, groups: { count: 6, probability: 0.25 } });
  const rows = sample(spec);
  const frequencies = featureFrequencies(spec);

  it('leave the frequency of each feature as it is', () => {
    frequencies.forEach((p, g) => {
      expect(Math.abs(share(rows, (row) => row.has(g)) - p), `feature ${g}`).toBeLessThan(tolerance(p));
    });
  });

  it('make features of one group active together, and features of two independently', () => {
    const both = (a: number, b: number): number => share(rows, (row) => row.has(a) && row.has(b));
    const [p, q, r] = [frequencies[0]!, frequencies[6]!, frequencies[7]!];
    expect(Math.abs(both(0, 6) - (p * q) / 0.25)).toBeLessThan(tolerance((p * q) / 0.25));
    expect(Math.abs(both(0, 7) - p * r)).toBeLessThan(tolerance(p * r));
  });
});

describe('a hierarchy', () => {
  const spec = specOf({ hierarchy: { children: 3, probability: 0.4 }, active: 2 });
  const rows = sample(spec);

  it('has children only where the parent is active, at most one of each parent', () => {
    expect(parentsOf(spec)).toBe(15);
    const children = Array.from({ length: 15 }, (_, parent) =>
      [0, 1, 2].map((n) => childOf(spec, parent, n)),
    );
    expect(children.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 45 }, (_, i) => 15 + i));
    for (const row of rows) {
      children.forEach((of, parent) => {
        const active = of.filter((child) => row.has(child)).length;
        expect(active).toBeLessThanOrEqual(row.has(parent) ? 1 : 0);
      });
    }
  });

  it('gives an active parent a child with its probability, and each child the same', () => {
    const withParent = rows.filter((row) => row.has(4));
    for (const n of [0, 1, 2]) {
      const p = 0.4 / 3;
      expect(Math.abs(share(withParent, (row) => row.has(childOf(spec, 4, n))) - p)).toBeLessThan(
        tolerance(p, withParent.length),
      );
    }
    const mean = rows.reduce((sum, row) => sum + row.size, 0) / ROWS;
    expect(mean).toBeCloseTo(2 * 1.4, 1);
  });
});

describe('a specification of groups or children that cannot be met', () => {
  it.each([
    [{ groups: { count: 6, probability: 0.01 } }, 'groups.probability', 'frequency of the most frequent'],
    [{ groups: { count: 61, probability: 0.5 } }, 'groups.count', 'number of features that are grouped'],
    [{ hierarchy: { children: 6 } }, 'features', 'multiple of 1 + hierarchy.children'],
    [{ hierarchy: { children: 29 }, active: 3 }, 'active', 'features without children'],
  ] as const)('%j is refused at %s', (change, path, message) => {
    const { error } = syntheticSpecSchema.safeParse({
      kind: 'synthetic',
      features: 60,
      dIn: 8,
      active: 3,
      ...change,
    });
    expect(error!.issues[0]!.path.join('.')).toBe(path);
    expect(error!.issues[0]!.message).toContain(message);
  });
});
