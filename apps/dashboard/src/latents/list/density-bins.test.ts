import { expect, test } from 'vitest';
import { densityBins } from './density-bins.ts';

const none = { total: 0, matching: 0 };

test('bins are those of the database, from the first one with latents to 1', () => {
  const counts = { ...none, dead: none, bins: [{ bin: 20, total: 5, matching: 2 }] };
  const bins = densityBins(counts);
  expect(bins.at(-1)).toMatchObject({ to: 1 });
  expect(bins.find(({ total }) => total > 0)).toEqual({ from: 0.01, to: 0.01778, total: 5, matching: 2 });
  expect(bins[0]).toMatchObject({ to: 0.01, total: 0 });
  expect(densityBins({ ...none, dead: none, bins: [] }).length).toBeGreaterThanOrEqual(4);
});
