import type { GraphBuilder, Tensor } from '../graph-builder.ts';
import { lengths, positions, toFloat } from './positions.ts';
import type { Rope } from './rope-frequencies.ts';

/** Rotates queries or keys, [batch, sequence, heads·headSize], by position. */
export function rotate(g: GraphBuilder, x: Tensor, rope: Rope, heads: number, headSize: number): Tensor {
  const angles = g.shared(`angles:${keyOf(rope)}`, () => {
    const position = toFloat(g, g.op('Unsqueeze', [positions(g), g.integers(2)]));
    return g.op('Mul', [position, frequencies(g, rope)]);
  });
  const table = (type: 'Cos' | 'Sin'): Tensor =>
    g.shared(`${type}:${keyOf(rope)}`, () => {
      const values = g.op(type, [angles]);
      return rope.amplitude === 1 ? values : g.op('Mul', [values, g.float(rope.amplitude)]);
    });
  const isPartial = rope.size < headSize;
  return g.op('RotaryEmbedding', [x, table('Cos'), table('Sin')], {
    attributes: { num_heads: heads, ...(isPartial && { rotary_embedding_dim: rope.size }) },
  });
}

/** Radians per position: [size / 2], or [batch, 1, size / 2] for dynamic scaling. */
function frequencies(g: GraphBuilder, { size, dynamic, frequencies: plain }: Rope): Tensor {
  if (dynamic === undefined) return g.floats(plain);
  // NTK scaling: beyond the trained length the base grows by stretch^(size / (size − 2)). transformers uses the longest
  // sequence of the batch. Using each sequence's own length keeps activations independent of the rest of the batch.
  const { factor, trainedLength } = dynamic;
  const length = g.op('Max', [
    toFloat(g, g.op('Unsqueeze', [lengths(g), g.integers(2)])),
    g.float(trainedLength),
  ]);
  const stretch = g.op('Sub', [g.op('Mul', [length, g.float(factor / trainedLength)]), g.float(factor - 1)]);
  const exponents = plain.map((_, i) => -(2 * i) / (size - 2));
  const slowdown = g.op('Exp', [g.op('Mul', [g.op('Log', [stretch]), g.floats(exponents)])]);
  return g.op('Mul', [slowdown, g.floats(plain)]);
}

function keyOf({ size, frequencies: plain, amplitude, dynamic }: Rope): string {
  return JSON.stringify([size, [...plain], amplitude, dynamic]);
}
