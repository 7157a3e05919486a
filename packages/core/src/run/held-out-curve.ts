import * as tf from '@tensorflow/tfjs';
import type { ActivationStore } from '../activations/index.ts';
import { ReconstructionFigures } from '../evaluation/reconstruction-figures.ts';
import type { InferenceSae } from '../sae/inference-sae.ts';
import { LoadedSae } from '../sae/loaded-sae.ts';
import { splitOf } from './run-rows.ts';
import type { RunSpec } from './run-spec.ts';

/** Points per run, if it has that many steps. */
const POINTS = 20;
const MOST_ROWS = 2048;
const FEWEST_ROWS = 64;
/** Share of the rows that training passes; a row costs about a third of a training row. */
const SHARE_OF_TRAINING = 0.1;
/** Maximum number of entries of the code matrix of a slice: 16 MB. */
const CODES = 2 ** 22;

/** Measures a run on held-out activations while it trains: the same rows at every point. */
export class HeldOutCurve {
  readonly #every: number;
  readonly #dIn: number;
  /** Scaled as in training, [rows, dIn]. */
  readonly #x: Float32Array;

  private constructor(every: number, dIn: number, x: Float32Array) {
    this.#every = every;
    this.#dIn = dIn;
    this.#x = x;
  }

  /** Reads the rows: the first that are held out, at most 2,048, and fewer in short runs to take about 5 % of the time. */
  static async open(
    store: ActivationStore,
    spec: RunSpec,
    { scale, batchSize, totalSteps }: { scale: number; batchSize: number; totalSteps: number },
  ): Promise<HeldOutCurve> {
    const affordable = Math.floor((totalSteps * batchSize * SHARE_OF_TRAINING) / POINTS);
    const maxRows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, affordable));
    const split = splitOf(spec, 'held-out');
    let x = new Float32Array(0);
    for await (const { activations } of store.sequentialBatches({ batchSize: maxRows, split, maxRows })) {
      x = activations.map((value) => value * scale);
    }
    return new HeldOutCurve(Math.max(1, Math.ceil(totalSteps / POINTS)), store.dIn, x);
  }

  /** Whether a step is measured. Depends on the step alone, so that a resumed run has the same points. */
  isDue(step: number): boolean {
    return step % this.#every === 0;
  }

  /** @param trained an SAE for scaled activations */
  async measure(trained: InferenceSae): Promise<Record<string, number>> {
    const sae = new LoadedSae(trained);
    const rows = Math.max(1, Math.floor(CODES / trained.dSae));
    const reconstruction = new ReconstructionFigures(this.#dIn);
    let active = 0;
    try {
      for (let start = 0; start < this.#x.length; start += rows * this.#dIn) {
        const x = this.#x.subarray(start, start + rows * this.#dIn);
        const [count, decoded] = tf.tidy(() => {
          const f = sae.encode(tf.tensor2d(x, [x.length / this.#dIn, this.#dIn]));
          return [tf.sum(tf.cast(tf.notEqual(f, 0), 'float32')), sae.decode(f)] as const;
        });
        active += (await count.data())[0]!;
        reconstruction.add(x, await decoded.data());
        tf.dispose([count, decoded]);
      }
    } finally {
      sae.dispose();
    }
    return {
      held_out_l0: (active * this.#dIn) / this.#x.length,
      held_out_explained_variance: reconstruction.result().explained_variance,
    };
  }
}
