import type { RunEvent } from '@sae-lab/core';
import { expect, it } from 'vitest';
import { stepLines } from './step-lines.ts';

it('says every 30 s how far a run is, and repeats its warnings', () => {
  let time = 0;
  const lines: string[] = [];
  const tell = stepLines(
    'run 1 of 8',
    (line) => lines.push(line),
    () => time,
  );
  const progress = (step: number): RunEvent => ({
    type: 'progress',
    step,
    totalSteps: 4000,
    tokensPerSecond: 30_100,
    secondsLeft: 151,
  });
  for (const second of [1, 29, 31, 60, 61]) {
    time = second * 1000;
    tell(progress(second));
  }
  tell({ type: 'warning', message: 'something is odd' });
  expect(lines).toEqual([
    'run 1 of 8: step 31 of 4000, 30.1k tokens/s, 2:31 left',
    'run 1 of 8: step 61 of 4000, 30.1k tokens/s, 2:31 left',
    'run 1 of 8: something is odd',
  ]);
});
