import { expect, it } from 'vitest';
import { inRanges } from './in-ranges.ts';

it('combines names that differ only in the layer, and leaves others as they are', () => {
  expect(
    inRanges(['h.0.mlp', 'embed', 'h.2.mlp', 'h.3.mlp', 'h.1.attn.0', 'h.3.attn.0', 'layer #3', '#.1']),
  ).toEqual(['h.{0,2..3}.mlp', 'embed', 'h.{1,3}.attn.0', 'layer #3', '#.1']);
});
