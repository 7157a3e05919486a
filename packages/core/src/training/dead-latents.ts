import * as tf from '@tensorflow/tfjs';
import type { DeadLatents } from '../variant/contract.ts';

/** By the usual definition, a latent that has not fired for 10 M tokens is dead. */
const DEAD_AFTER_TOKENS = 10_000_000;

/** Number of tokens without firing after which a latent is dead, in a run of `totalTokens`. */
export function deadAfterTokens(fractionOfRun: number, totalTokens: number): number {
  return Math.min(DEAD_AFTER_TOKENS, fractionOfRun * totalTokens);
}

/** Counts the tokens since each latent last fired. */
export class DeadLatentTracker {
  /** Tokens since each latent last fired, [dSae]. Stored in checkpoints. */
  readonly tokensSinceFired: Float64Array;
  readonly #threshold: number;

  constructor(tokensSinceFired: Float64Array, threshold: number) {
    this.tokensSinceFired = tokensSinceFired;
    this.#threshold = threshold;
  }

  /** @param fired 1 for each latent that fired in the batch, [dSae] */
  update(fired: ArrayLike<number>, batchSize: number): void {
    for (let i = 0; i < this.tokensSinceFired.length; i++) {
      this.tokensSinceFired[i] = fired[i] === 0 ? (this.tokensSinceFired[i] as number) + batchSize : 0;
    }
  }

  /** Indices of the dead latents, ascending. */
  latents(): number[] {
    return [...this.tokensSinceFired.keys()].filter(
      (i) => (this.tokensSinceFired[i] as number) >= this.#threshold,
    );
  }

  /** Treats these latents as if they had just fired. */
  forgive(latents: readonly number[]): void {
    for (const latent of latents) this.tokensSinceFired[latent] = 0;
  }

  count(): number {
    let dead = 0;
    // A plain loop: this runs at every step.
    for (let i = 0; i < this.tokensSinceFired.length; i++) {
      if ((this.tokensSinceFired[i] as number) >= this.#threshold) dead++;
    }
    return dead;
  }

  /** The mask as a tensor; the caller disposes it. */
  current(): DeadLatents {
    const mask = new Float32Array(this.tokensSinceFired.length);
    let count = 0;
    this.tokensSinceFired.forEach((tokens, latent) => {
      if (tokens < this.#threshold) return;
      mask[latent] = 1;
      count++;
    });
    return { count, mask: tf.tensor1d(mask) };
  }
}
