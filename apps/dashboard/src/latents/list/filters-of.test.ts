import { printFilter } from '@sae-lab/db/filter';
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { filtersOf } from './filters-of.ts';

const none = { filter: '', q: '', in: 'any', from: null, to: null, only: null } as const;
const texts = (state: Parameters<typeof filtersOf>[0]): string[] => filtersOf(state).filters.map(printFilter);

test('controls and the typed filter add up', () => {
  expect(texts(none)).toEqual([]);
  expect(
    texts({ filter: 'latent < 9 or label ~ x', q: 'and', in: 'token', from: 1e-7, to: 0.5, only: 'dead' }),
  ).toEqual(['latent < 9 or label ~ x', 'token ~ "and"', 'density >= 1e-7', 'density < 0.5', 'density = 0']);
  expect(filtersOf({ ...none, filter: 'latent <', only: 'alive' })).toMatchObject({ problem: {} });
});

test('any text can be searched', () => {
  assert(
    property(string({ unit: 'grapheme', minLength: 1 }), (q) => {
      const { filters, problem } = filtersOf({ ...none, q, in: 'text' });
      expect(problem).toBeUndefined();
      expect(filters).toMatchObject([{ type: 'compare', key: { text: 'text' }, value: { text: q } }]);
    }),
  );
});
