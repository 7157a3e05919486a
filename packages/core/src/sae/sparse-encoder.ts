import { throwDeviceFault } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { adaptiveOps } from '../codes/adaptive-ops.ts';
import type { Code, EncodeArgs } from '../codes/code.ts';
import { select, type Selection, type Selections } from '../codes/selection.ts';
import type { SparseCode } from '../codes/sparse-code.ts';
import type { InferenceSae } from './inference-sae.ts';
import { missingTensor } from './loaded-sae.ts';

/** The entries of a code row by row (CSR). A row's columns ascend. Stored values may be 0. */
export interface CodeEntries {
  /** Row r has the entries `rowStart[r]` to `rowStart[r + 1]`, exclusive; [rows + 1]. */
  readonly rowStart: Int32Array;
  /** The latent of each entry. */
  readonly latentOf: Int32Array;
  readonly values: Float32Array;
}

/**
 * Encodes with a saved SAE as `LoadedSae` does, but returns the active entries only. On the CPU backend the kernels never
 * materialise the dense code if few latents are active.
 */
export class SparseEncoder {
  readonly sae: InferenceSae;
  readonly #tensors: Record<string, tf.Tensor>;
  /** Loaded when it is first used: those who only encode do not need it. */
  #decoder: tf.Tensor2D | undefined;

  constructor(sae: InferenceSae) {
    this.sae = sae;
    const { W_enc, W_dec: _, ...vectors } = sae.tensors;
    const load = (name: string): tf.Tensor =>
      tf.tensor(sae.tensors[name]!.data, [...sae.tensors[name]!.shape]);
    this.#tensors = Object.fromEntries(Object.keys(vectors).map((name) => [name, load(name)]));
    if (W_enc !== undefined) this.#tensors['W_enc'] = tf.tidy(() => tf.transpose(load('W_enc')));
  }

  /** @param x activations, [rows, dIn] */
  async encode(x: Float32Array, rows: number): Promise<CodeEntries> {
    const { code, tensors } = this.#encode(x, rows);
    try {
      if (code.layout === 'dense') return entriesOf(await tensors[0]!.data<'float32'>(), rows);
      const [values, rowStart, latentOf] = await Promise.all(tensors.map((tensor) => tensor.data()));
      return {
        values: values as Float32Array,
        rowStart: rowStart as Int32Array,
        latentOf: latentOf as Int32Array,
      };
    } finally {
      throwDeviceFault();
      tf.dispose(tensors);
    }
  }

  /**
   * Encodes and decodes activations.
   *
   * @param x activations, [rows, dIn]
   * @returns reconstructions, [rows, dIn]
   */
  async reconstruct(x: Float32Array, rows: number): Promise<Float32Array> {
    this.#decoder ??= tf.tensor2d(this.sae.tensors['W_dec']!.data, [this.sae.dSae, this.sae.dIn]);
    const W_dec = this.#decoder;
    const decoded = tf.tidy(() => {
      const code = this.#code(tf.tensor2d(x, [rows, this.sae.dIn]));
      return adaptiveOps.decode(code, W_dec, this.#vector('b_dec'));
    });
    try {
      return await decoded.data<'float32'>();
    } finally {
      throwDeviceFault();
      decoded.dispose();
    }
  }

  dispose(): void {
    tf.dispose(this.#tensors);
    this.#decoder?.dispose();
  }

  /** The tensors that hold the code: dense values, or values, row starts and latents. */
  #encode(x: Float32Array, rows: number): { code: Code; tensors: tf.Tensor[] } {
    let code: Code | undefined;
    const tensors = tf.tidy(() => {
      code = this.#code(tf.tensor2d(x.subarray(0, rows * this.sae.dIn), [rows, this.sae.dIn]));
      if (code.layout === 'dense') return [code.toDense()];
      const { values, support } = code as SparseCode;
      return [values, support.rowStart, support.columnOf];
    });
    return { code: code!, tensors };
  }

  #code(x: tf.Tensor2D): Code {
    const { architecture, applyBDecToInput, k, dSae } = this.sae;
    const product = {
      x,
      W: this.#tensor('W_enc') as tf.Tensor2D,
      ...(applyBDecToInput && { center: this.#vector('b_dec') }),
    };
    switch (architecture) {
      case 'standard':
        return encode({ ...product, bias: this.#vector('b_enc') }, select.positive());
      case 'topk':
        return encode({ ...product, bias: this.#vector('b_enc') }, select.topK(Math.min(k ?? dSae, dSae)));
      case 'gated': {
        const open = encode(product, select.threshold(tf.neg(this.#vector('b_gate'))));
        const magnitude = (u: tf.Tensor2D, r: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D =>
          tf.relu(tf.add(tf.mul(u, tf.exp(r)), b));
        return open.map(magnitude, this.#vector('r_mag'), this.#vector('b_mag'));
      }
      case 'jumprelu': {
        // A negative threshold lets nothing below 0 through: the ReLU does not.
        const theta = tf.relu(this.#vector('threshold'));
        return encode({ ...product, bias: this.#vector('b_enc') }, select.threshold(theta));
      }
    }
  }

  #vector(name: string): tf.Tensor1D {
    return this.#tensor(name) as tf.Tensor1D;
  }

  #tensor(name: string): tf.Tensor {
    const tensor = this.#tensors[name];
    if (tensor === undefined) throw missingTensor(this.sae, name);
    return tensor;
  }
}

function encode(product: Omit<EncodeArgs<Selections>, 'select'>, code: Selection): Code {
  return adaptiveOps.encode({ ...product, select: { code } }).code;
}

function entriesOf(dense: Float32Array, rows: number): CodeEntries {
  const columns = dense.length / rows;
  let count = 0;
  for (let i = 0; i < dense.length; i++) if (dense[i] !== 0) count++;
  const [rowStart, latentOf, values] = [
    new Int32Array(rows + 1),
    new Int32Array(count),
    new Float32Array(count),
  ];
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    for (let latent = 0; latent < columns; latent++) {
      const value = dense[row * columns + latent]!;
      if (value === 0) continue;
      latentOf[entry] = latent;
      values[entry++] = value;
    }
    rowStart[row + 1] = entry;
  }
  return { rowStart, latentOf, values };
}
