import { describe, expect, it } from 'vitest';
import { errorOf } from '../test-support.ts';
import { membership, type Split } from './holdout.ts';

const hashes = Array.from({ length: 20_000 }, (_, i) => Math.imul(i, 0x9e3779b1) | 0);
const part = (split: Split): number[] => hashes.filter(membership(split)!);

describe('a split by document', () => {
  it('puts every document on one side, and the requested fraction on the held-out side', () => {
    const held = part({ holdout: 0.1, seed: 3, part: 'held-out' });
    const train = part({ holdout: 0.1, seed: 3, part: 'train' });
    expect(held.length + train.length).toBe(hashes.length);
    // 2000 expected, standard deviation 42
    expect(Math.abs(held.length - 2000)).toBeLessThan(200);
    expect(new Set([...held, ...train]).size).toBe(hashes.length);
  });

  it('depends on the seed', () => {
    const a = part({ holdout: 0.1, seed: 0, part: 'held-out' });
    const b = new Set(part({ holdout: 0.1, seed: 1, part: 'held-out' }));
    expect(Math.abs(a.filter((hash) => b.has(hash)).length - 200)).toBeLessThan(80);
  });

  it('has every document on both sides if nothing is held out', async () => {
    expect(membership({ holdout: 0, seed: 0, part: 'held-out' })).toBeUndefined();
    for (const holdout of [1, -0.1, NaN]) {
      const error = await errorOf(() => membership({ holdout, seed: 0, part: 'train' }));
      expect(error.code).toBe('activations.invalid-split');
    }
  });
});
