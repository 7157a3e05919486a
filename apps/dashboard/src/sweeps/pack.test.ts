import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from './pack.ts';

const scalar = fc.oneof(
  fc.integer(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, null),
  fc.string(),
  fc.constantFrom('finished', 'queued'),
);
const figures = fc.dictionary(fc.constantFrom('l0', 'mse', 'cosine'), scalar);
const row = fc.record({ id: fc.integer(), status: scalar, all: fc.constant('x'), figures });

test('unpacks to the rows that were packed', () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(unpack(pack(rows))).toEqual(rows);
    }),
  );
});

test('sends repeated values once, and numbers with the digits that readers see', () => {
  const rows = Array.from({ length: 1000 }, (_, id) => ({
    id,
    variant: id % 2 ? 'topk' : 'relu-l1',
    hook: 'blocks.2.hook_mlp_out',
    figures: { l0: id + 1 / 3 },
  }));
  const packed = JSON.stringify(pack(rows));
  expect(packed.length).toBeLessThan(JSON.stringify(rows).length / 4);
  expect(unpack<(typeof rows)[number]>(pack(rows))[5]!.figures.l0).toBe(5.33333333);
});
