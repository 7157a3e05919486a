import { expect, test } from 'vitest';
import type { CompareRow } from './compare-row.ts';
import { varyingKeys } from './varying-keys.ts';

test('settings that change together are one, and constant or derived ones none', () => {
  const keys = ['hook', 'layer', 'hyper.k', 'data', 'training.steps', 'seed'].map((key) => ({
    key,
    label: key,
  }));
  const row = (hook: string, k: string, seed: number) =>
    ({
      hook,
      seed,
      settings: { 'hyper.k': k, data: `of ${hook}`, 'training.steps': '1' },
    }) as unknown as CompareRow;
  const rows = [row('blocks.0.x', '4', 0), row('blocks.1.x', '4', 1), row('blocks.0.x', '8', 2)];
  const found = varyingKeys(rows, keys).map(({ key, tied }) => [key, tied.map((one) => one.key)]);
  expect(found).toEqual([
    ['hook', ['data']],
    ['hyper.k', []],
  ]);
});

test('a setting that each variant has at one value follows the variant', () => {
  const keys = ['variant', 'k', 'aux', 'resample'].map((key) => ({ key, label: key }));
  const row = (variant: string, settings: Record<string, string>) =>
    ({ variant, versionedVariant: variant, settings }) as unknown as CompareRow;
  const rows = [
    row('topk', { k: '4', aux: '16' }),
    row('topk', { k: '8', aux: '16', resample: '10' }),
    row('batch-topk', { k: '8', aux: '16' }),
    row('gated', { resample: '10' }),
  ];
  const found = varyingKeys(rows, keys);
  expect(
    found.map(({ key, tied, isConditional }) => [key, tied.map((one) => one.key), isConditional]),
  ).toEqual([
    ['variant', ['aux'], false],
    ['k', [], true],
    ['resample', [], false],
  ]);
});
