import { expect, it } from 'vitest';
import type { EvaluationResult } from './contract.ts';
import { withinBounds } from './within-bounds.ts';

const resultOf = (
  figures: EvaluationResult['figures'],
  intervals: EvaluationResult['intervals'],
): EvaluationResult => ({ figures, intervals, histograms: {}, tokens: 1, documents: 1 });

it('cuts intervals at the values that a figure can have', () => {
  const result = resultOf(
    { explained_variance: 0.9, mse: 0.01, probing_k1: 0.5, ce_recovered: 0.98 },
    {
      explained_variance: { low: 0.7, high: 1.1 },
      mse: { low: -0.01, high: 0.03 },
      probing_k1: { low: -0.2, high: 1.2 },
      // A spliced model may be better than the clean one.
      ce_recovered: { low: 0.94, high: 1.02 },
    },
  );
  expect(withinBounds(result)).toEqual({
    ...result,
    intervals: {
      explained_variance: { low: 0.7, high: 1 },
      mse: { low: 0, high: 0.03 },
      probing_k1: { low: 0, high: 1 },
      ce_recovered: { low: 0.94, high: 1.02 },
    },
  });
});

it('keeps the value in the interval where rounding put it beyond the bound', () => {
  const value = 1 + Number.EPSILON;
  const { intervals } = withinBounds(resultOf({ cosine: value }, { cosine: { low: 1, high: 1.5 } }));
  expect(intervals['cosine']).toEqual({ low: 1, high: value });
});

it('leaves intervals of figures that it does not know', () => {
  const result = resultOf({ other: 5 }, { other: { low: -10, high: 20 } });
  expect(withinBounds(result)).toEqual(result);
});
