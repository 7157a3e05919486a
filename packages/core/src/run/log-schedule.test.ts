import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSchedule } from './log-schedule.ts';

/** The steps at which a run logs each curve. */
function loggedSteps(totalSteps: number): { loss: number[]; l0: number[] } {
  const schedule = logSchedule(totalSteps);
  const loss: number[] = [];
  const l0: number[] = [];
  for (let step = 0; step < totalSteps; step++) {
    const values = { loss: 1, ...(schedule.measures(step) && { l0: 1 }) };
    const logged = schedule.logged(step, values);
    if ('loss' in logged) loss.push(step);
    if ('l0' in logged) l0.push(step);
  }
  return { loss, l0 };
}

describe('logSchedule', () => {
  it('logs the loss of every step of a run of up to 10,000 steps', () => {
    for (const totalSteps of [1, 590, 2000, 10_000])
      expect(loggedSteps(totalSteps).loss.length).toBe(totalSteps);
  });

  it('logs every second, fourth, … step of a longer run, and the last', () => {
    const { loss } = loggedSteps(10_001);
    expect(loss.slice(0, 3)).toEqual([0, 2, 4]);
    expect(loss.at(-1)).toBe(10_000);
    expect(loggedSteps(50_000).loss.slice(-3)).toEqual([49_984, 49_992, 49_999]);
  });

  it('limits the points of both kinds of curves, however long the run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 300_000 }), (totalSteps) => {
        const { loss, l0 } = loggedSteps(totalSteps);
        expect(loss.length).toBeLessThanOrEqual(10_001);
        expect(loss.length).toBeGreaterThanOrEqual(Math.min(totalSteps, 5000));
        expect(l0.length).toBeLessThanOrEqual(1001);
        expect(l0.length).toBeGreaterThanOrEqual(500);
        expect([loss.at(-1), l0.at(-1)]).toEqual([totalSteps - 1, totalSteps - 1]);
      }),
      { numRuns: 30 },
    );
  });
});
