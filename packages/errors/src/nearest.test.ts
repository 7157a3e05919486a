import { describe, expect, it } from 'vitest';
import { expectedName, nearest } from './nearest.ts';

const SETTINGS = ['batchSize', 'tokens', 'epochs', 'steps', 'learningRate', 'beta1', 'beta2', 'warmup'];

describe('nearest', () => {
  it.each([
    ['learningrate', 'learningRate'],
    ['setps', 'steps'],
    ['beta', 'beta1'],
    ['batch', 'batchSize'],
    ['epoch', 'epochs'],
  ])('finds what %s was meant to be', (name, meant) => {
    expect(nearest(name, SETTINGS)[0]).toBe(meant);
  });

  it('gives no more names than there are', () => {
    expect(nearest('x', ['a'])).toEqual(['a']);
    expect(nearest('', [])).toEqual([]);
  });

  it('leaves out names that are too far away', () => {
    expect(nearest('step', ['steps', 'warmup'], 3, 2)).toEqual(['steps']);
  });
});

describe('expectedName', () => {
  it('lists a few names, and of many the nearest three and their number', () => {
    expect(expectedName('k', ['l1'])).toBe('l1');
    expect(expectedName('kk', ['k', 'auxWeight'])).toBe('k or auxWeight');
    expect(expectedName('topk, d 1', ['topk, d 12', 'gated'])).toBe("'topk, d 12' or gated");
    expect(expectedName('epoch', SETTINGS)).toBe('one of 8, the nearest being epochs, steps or beta1');
  });
});
