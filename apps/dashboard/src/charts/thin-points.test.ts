import { expect, test } from 'vitest';
import { thinPoints } from './thin-points.ts';

const points = Array.from({ length: 5000 }, (_, i) => ({
  cx: (i * 37) % 500,
  cy: (i * 53) % 300,
  group: i % 2 ? 'topk' : 'gated',
  i,
}));

test('few points are all kept', () => {
  expect(thinPoints(points.slice(0, 900), 1000, () => false)).toEqual(points.slice(0, 900));
});

test('of many points, some of every region and group are kept, and those that must be', () => {
  const kept = thinPoints(points, 1000, ({ i }) => i > 4990);
  expect(kept.length).toBeLessThanOrEqual(1009);
  expect(kept.filter(({ i }) => i > 4990)).toHaveLength(9);
  for (const group of ['topk', 'gated']) {
    const regions = new Set(
      kept
        .filter((p) => p.group === group)
        .map(({ cx, cy }) => Math.floor(cx / 100) + 10 * Math.floor(cy / 100)),
    );
    expect(regions.size).toBe(15);
  }
});
