import { FLOAT } from '../../element-type.ts';
import type { GraphBuilder, Tensor } from '../graph-builder.ts';

/**
 * Looks up rows of a table: ids [batch, sequence] → [batch, sequence, width] in float32. Only the rows that are looked up
 * are widened, so a bfloat16 table stays bfloat16 in memory.
 */
export function embedding(
  g: GraphBuilder,
  weight: string,
  [rows, width]: readonly [number, number],
  ids: Tensor,
): Tensor {
  const stored = g.op('Gather', [g.storedWeight(weight, [rows, width]), ids]);
  return g.op('Cast', [stored], { attributes: { to: FLOAT } });
}
