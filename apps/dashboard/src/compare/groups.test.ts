import { expect, test } from 'vitest';
import { variantStyle } from '../variants/variant-style.ts';
import type { CompareRow } from './compare-row.ts';
import { groupingBy, groupKeys, groupsBy, valueOf } from './groups.ts';
import { layerOf, placeOf } from './layer.ts';
import { settingOf } from './setting.ts';

const row = (given: Partial<CompareRow>) =>
  ({
    variant: 'topk',
    versionedVariant: given.variant ?? 'topk',
    mathVersion: 1,
    hook: 'blocks.3.hook_mlp_out',
    activations: 'a',
    width: 64,
    seed: 0,
    settings: {},
    ...given,
  }) as unknown as CompareRow;

test('a filter changes no colour', () => {
  const rows = ['8', '2', '4'].map((k) => row({ settings: { k } }));
  const { styles } = groupingBy(rows, { key: 'k', label: 'k' }, []);
  const all = groupsBy(rows, 'k', styles);
  expect(all.map(({ name }) => name)).toEqual(['2', '4', '8']);
  const [only] = groupsBy([rows[0]!], 'k', styles);
  expect(only).toMatchObject({ name: '8', color: all[2]!.color, shape: all[2]!.shape });
  expect(new Set(all.map(({ color }) => color)).size).toBe(3);
});

test('versions of a variant differ in their marks, and the newest has the mark of the variant', () => {
  const rows = [
    row({ versionedVariant: 'topk v1', mathVersion: 1 }),
    row({ versionedVariant: 'topk v2', mathVersion: 2 }),
    row({ variant: 'mine' }),
  ];
  const variants = [
    { name: 'mine', mathVersion: 1 },
    { name: 'topk', mathVersion: 1 },
    { name: 'topk', mathVersion: 2 },
  ];
  const { styles } = groupingBy(rows, { key: 'variant', label: 'Variant' }, variants);
  expect(styles.get('topk v2')).toEqual(variantStyle('topk'));
  expect(styles.get('mine')).toEqual(variantStyle('mine', ['mine', 'topk']));
  expect(new Set([...styles.values()].map((style) => style.color)).size).toBe(3);
  expect(new Set([...styles.values()].map((style) => style.shape)).size).toBe(3);
});

test('layers are keys where hooks differ in them, and leave the rest of the hook to be matched', () => {
  expect([layerOf('blocks.11.hook_mlp_out'), layerOf('embeddings'), layerOf('h.2')]).toEqual([
    11,
    undefined,
    2,
  ]);
  expect(placeOf('blocks.11.hook_mlp_out')).toBe('blocks.*.hook_mlp_out');
  const other = row({ hook: 'blocks.4.hook_mlp_out', activations: 'b', seed: 1 });
  const keys = (...rows: CompareRow[]) => groupKeys([], rows).map(({ key }) => key);
  expect(keys(row({}), other)).toEqual(['variant', 'hook', 'layer', 'width', 'configuration', 'seed']);
  expect(keys(row({}))).toEqual(['variant', 'hook', 'width', 'configuration']);
  expect(valueOf(other, 'layer')).toBe('4');
  expect(settingOf(row({}), 'layer')).toBe(settingOf(other, 'layer'));
  expect(settingOf(row({}), 'variant')).not.toBe(settingOf(other, 'variant'));
});
