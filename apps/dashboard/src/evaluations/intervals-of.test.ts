import type { EvaluationRow } from '@sae-lab/db/reading';
import { expect, test } from 'vitest';
import { intervalsOf } from './intervals-of.ts';

const evaluation = (version: number, figures: EvaluationRow['figures'], dataId = 'd'): EvaluationRow =>
  ({ name: 'reconstruction', version, dataId, settingsHash: 's', figures }) as unknown as EvaluationRow;

test('a figure gets the interval of the evaluation that measured the same value', () => {
  const intervals = intervalsOf({ l0: 8, mse: 0.5, dead_fraction: 0 }, [
    evaluation(1, {
      l0: { value: 8.000001, low: 7.9, high: 8.1 },
      // On other tokens.
      mse: { value: 0.6, low: 0.55, high: 0.65 },
      dead_fraction: { value: 0, low: null, high: null },
    }),
  ]);
  expect([...intervals.keys()]).toEqual(['l0']);
  expect(intervals.get('l0')).toMatchObject({ low: 7.9, high: 8.1 });
});

test('the newest version counts', () => {
  const old = evaluation(1, { l0: { value: 8, low: 1, high: 9 } });
  const now = evaluation(2, { l0: { value: 8, low: 7, high: 9 } });
  expect(intervalsOf({ l0: 8 }, [now, old]).get('l0')).toMatchObject({ low: 7 });
});
