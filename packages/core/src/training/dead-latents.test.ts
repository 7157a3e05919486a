import { expect, it } from 'vitest';
import { DeadLatentTracker, deadAfterTokens } from './dead-latents.ts';

it('is a fraction of a short run and 10 M tokens of a long one', () => {
  expect(deadAfterTokens(0.1, 300_000)).toBe(30_000);
  expect(deadAfterTokens(0.1, 1e9)).toBe(10_000_000);
});

it('counts silence in tokens and resets when a latent fires', () => {
  const tracker = new DeadLatentTracker(new Float64Array(3), 20);
  tracker.update([1, 0, 0], 10);
  expect(tracker.count()).toBe(0);
  tracker.update([1, 0, 1], 10);
  expect(tracker.count()).toBe(1);
  expect([...tracker.current().mask.dataSync()]).toEqual([0, 1, 0]);
  expect(tracker.latents()).toEqual([1]);
  tracker.update([0, 1, 0], 10);
  expect([...tracker.tokensSinceFired]).toEqual([10, 0, 10]);
  tracker.forgive([0]);
  expect([...tracker.tokensSinceFired]).toEqual([0, 0, 10]);
});
