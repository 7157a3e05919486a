/** A tensor of a saved SAE, outside any tensor library. */
export interface SaeTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A trained SAE as it is saved and evaluated, in an architecture that SAELens loads. Tensors have the names and shapes of
 * the file format: W_enc [dIn, dSae], W_dec [dSae, dIn], b_dec [dIn] and, depending on the architecture, b_enc, b_gate,
 * b_mag, r_mag, threshold [dSae].
 */
export interface InferenceSae {
  readonly architecture: 'standard' | 'topk' | 'gated' | 'jumprelu';
  readonly dIn: number;
  readonly dSae: number;
  readonly tensors: Readonly<Record<string, SaeTensor>>;
  /** Whether b_dec is subtracted from the activations before the encoder. */
  readonly applyBDecToInput: boolean;
  /** Only for the topk architecture. */
  readonly k?: number;
}

/**
 * Builds the SAE that a variant saves. Variants store the encoder as [dSae, dIn]; this transposes it.
 *
 * @param tensors W_enc [dSae, dIn], and the others as in the file format
 * @param options `k` of the topk architecture. `applyBDecToInput` defaults to true
 * @example toInference: (params, { k }) => inferenceSae('topk', params, { k })
 */
export function inferenceSae(
  architecture: InferenceSae['architecture'],
  tensors: Readonly<Record<string, SaeTensor>>,
  options: { k?: number; applyBDecToInput?: boolean } = {},
): InferenceSae {
  const W_enc = tensors['W_enc'] as SaeTensor;
  const [dSae, dIn] = W_enc.shape as [number, number];
  return {
    architecture,
    dIn,
    dSae,
    applyBDecToInput: true,
    ...options,
    tensors: { ...tensors, W_enc: transposed(W_enc) },
  };
}

/** [rows, columns] → [columns, rows]. */
export function transposed({ shape, data }: SaeTensor): SaeTensor {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = data[row * columns + column] as number;
    }
  }
  return { shape: [columns, rows], data: result };
}

/**
 * Converts an SAE that was trained on x' = scale · x to one for x: W_enc · scale, W_dec / scale, b_dec / scale. Tensors
 * that act on pre-activations (b_enc, thresholds, gates) do not change.
 */
export function foldScale(sae: InferenceSae, scale: number): InferenceSae {
  const factors: Record<string, number> = { W_enc: scale, W_dec: 1 / scale, b_dec: 1 / scale };
  const tensors = Object.entries(sae.tensors).map(([name, { shape, data }]) => {
    const factor = factors[name];
    return [name, { shape, data: factor === undefined ? data : data.map((value) => value * factor) }];
  });
  return { ...sae, tensors: Object.fromEntries(tensors) as Record<string, SaeTensor> };
}
