/** Token positions, sequence lengths and attention masks, shared by all layers. */
import { TensorProto_DataType } from 'onnx-buf';
import { FLOAT } from '../../element-type.ts';
import type { GraphBuilder, Tensor } from '../graph-builder.ts';

export const INPUT_IDS = 'input_ids';
export const ATTENTION_MASK = 'attention_mask';

/** Added to the scores of masked keys. It is finite, so that rows of padding do not become NaN. */
const HIDDEN = -3.402_823_466_385_288_6e38;

/**
 * The position of each token in its sequence, [batch, sequence] in int64. Padding on either side is not counted.
 */
export function positions(g: GraphBuilder): Tensor {
  return g.shared('positions', () => {
    const counted = g.op('CumSum', [ATTENTION_MASK, g.integer(1)]);
    return g.op('Max', [g.op('Sub', [counted, g.integer(1)]), g.integer(0)]);
  });
}

/** The number of tokens in each sequence, [batch, 1] in int64. */
export function lengths(g: GraphBuilder): Tensor {
  return g.shared('lengths', () => g.op('ReduceSum', [ATTENTION_MASK, g.integers(1)]));
}

/** The padded length, [1] in int64. */
export function paddedLength(g: GraphBuilder): Tensor {
  return g.shared('paddedLength', () => g.op('Shape', [INPUT_IDS], { attributes: { start: 1, end: 2 } }));
}

/**
 * The mask that is added to attention scores, [batch, 1, 1, query, key]. Later tokens, padding, and tokens `window` or
 * more positions back are masked.
 */
export function attentionBias(g: GraphBuilder, window: number | undefined): Tensor {
  return g.shared(`attentionBias:${window}`, () => {
    const length = g.op('Squeeze', [paddedLength(g), g.integers(0)]);
    const index = g.op('Range', [g.integer(0), length, g.integer(1)]);
    const query = g.op('Unsqueeze', [index, g.integers(1)]);
    const key = g.op('Unsqueeze', [index, g.integers(0)]);
    let seen = g.op('LessOrEqual', [key, query]);
    if (window !== undefined) {
      const isNear = g.op('Less', [g.op('Sub', [query, key]), g.integer(window)]);
      seen = g.op('And', [seen, isNear]);
    }
    const isToken = g.op('Cast', [ATTENTION_MASK], { attributes: { to: TensorProto_DataType.BOOL } });
    const visible = g.op('And', [g.op('Unsqueeze', [isToken, g.integers(1, 2, 3)]), seen]);
    return g.op('Where', [visible, g.float(0), g.float(HIDDEN)]);
  });
}

/** Converts to float32. */
export function toFloat(g: GraphBuilder, x: Tensor): Tensor {
  return g.op('Cast', [x], { attributes: { to: FLOAT } });
}
