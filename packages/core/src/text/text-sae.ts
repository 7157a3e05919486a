import { reconstruct } from '../evaluation/ce/reconstruct.ts';
import { encodedSlices } from '../evaluation/encoded-slices.ts';
import type { InferenceSae } from '../sae/inference-sae.ts';
import { loadSae } from '../sae/saelens-format.ts';
import { SparseEncoder } from '../sae/sparse-encoder.ts';

/** The active latents of each row: row r has `latents` and `values` from `rowStart[r]` to `rowStart[r + 1]`. */
export interface RowCodes {
  readonly rowStart: Int32Array;
  readonly latents: Int32Array;
  /** Above 0. */
  readonly values: Float32Array;
}

/** A saved SAE that reads texts, with its weights in memory. */
export class TextSae {
  readonly dIn: number;
  /** Number of latents. */
  readonly dSae: number;
  readonly #encoder: SparseEncoder;

  /** @param folder an SAE in the format of SAELens @throws {SaeLabError} `sae.*` */
  static async load(folder: string): Promise<TextSae> {
    return TextSae.of(await loadSae(folder));
  }

  static of(sae: InferenceSae): TextSae {
    return new TextSae(new SparseEncoder(sae));
  }

  constructor(encoder: SparseEncoder) {
    this.#encoder = encoder;
    this.dIn = encoder.sae.dIn;
    this.dSae = encoder.sae.dSae;
  }

  /**
   * Encodes activations as evaluations do.
   *
   * @param x [rows, dIn]
   * @throws {SaeLabError} `run.stopped`
   */
  async encode(x: Float32Array, signal?: AbortSignal): Promise<RowCodes> {
    const rowStart = new Int32Array(x.length / this.dIn + 1);
    const [latents, values]: [number[], number[]] = [[], []];
    for await (const { first, rows, code } of encodedSlices(this.#encoder, x, signal)) {
      for (let row = 0; row < rows; row++) {
        for (let entry = code.rowStart[row]!; entry < code.rowStart[row + 1]!; entry++) {
          if (!(code.values[entry]! > 0)) continue;
          latents.push(code.latentOf[entry]!);
          values.push(code.values[entry]!);
        }
        rowStart[first + row + 1] = values.length;
      }
    }
    return { rowStart, latents: Int32Array.from(latents), values: Float32Array.from(values) };
  }

  /**
   * The squared error of each reconstruction, as a fraction of the activation's squared norm.
   *
   * @param x [rows, dIn]
   */
  async relativeErrors(x: Float32Array): Promise<number[]> {
    const reconstructions = new Float32Array(x.length);
    await reconstruct(this.#encoder, x, reconstructions);
    return Array.from({ length: x.length / this.dIn }, (_, row) => {
      let [error, norm] = [0, 0];
      for (let i = row * this.dIn; i < (row + 1) * this.dIn; i++) {
        error += (x[i]! - reconstructions[i]!) ** 2;
        norm += x[i]! ** 2;
      }
      return error / norm;
    });
  }

  /** What one unit of a latent adds to the reconstruction, [dIn]. */
  decoderRow(latent: number): Float32Array {
    return this.#encoder.sae.tensors['W_dec']!.data.subarray(latent * this.dIn, (latent + 1) * this.dIn);
  }

  dispose(): void {
    this.#encoder.dispose();
  }
}
