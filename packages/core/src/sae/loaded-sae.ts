import { selectTopK } from '@sae-lab/kernels';
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import type { InferenceSae } from './inference-sae.ts';

/** A saved SAE with its tensors on tfjs's backend. The evaluation runs it, whichever variant trained it. */
export class LoadedSae {
  readonly sae: InferenceSae;
  readonly #tensors: Record<string, tf.Tensor>;

  constructor(sae: InferenceSae) {
    this.sae = sae;
    this.#tensors = Object.fromEntries(
      Object.entries(sae.tensors).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
  }

  /** Encodes activations [B, dIn] to a code f [B, dSae]. */
  encode(x: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => {
      const centred = this.sae.applyBDecToInput ? tf.sub<tf.Tensor2D>(x, this.#tensor('b_dec')) : x;
      const product = tf.matMul<tf.Tensor2D>(centred, this.#tensor('W_enc'));
      switch (this.sae.architecture) {
        case 'standard':
          return tf.relu<tf.Tensor2D>(tf.add(product, this.#tensor('b_enc')));
        case 'topk':
          return selectTopK(tf.add<tf.Tensor2D>(product, this.#tensor('b_enc')), this.sae.k ?? this.sae.dSae);
        case 'gated': {
          const open = tf.step<tf.Tensor2D>(tf.add(product, this.#tensor('b_gate')));
          const scaled = tf.mul(product, tf.exp(this.#tensor('r_mag')));
          return tf.mul<tf.Tensor2D>(open, tf.relu(tf.add(scaled, this.#tensor('b_mag'))));
        }
        case 'jumprelu': {
          const z = tf.add<tf.Tensor2D>(product, this.#tensor('b_enc'));
          return tf.mul<tf.Tensor2D>(
            tf.relu(z),
            tf.cast(tf.greater(z, this.#tensor('threshold')), 'float32'),
          );
        }
      }
    });
  }

  /** Decodes a code [B, dSae] to a reconstruction [B, dIn]. */
  decode(f: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => tf.add<tf.Tensor2D>(tf.matMul(f, this.#tensor('W_dec')), this.#tensor('b_dec')));
  }

  dispose(): void {
    tf.dispose(this.#tensors);
  }

  #tensor(name: string): tf.Tensor2D {
    const tensor = this.#tensors[name];
    if (tensor === undefined) throw missingTensor(this.sae, name);
    // Some are vectors, which broadcast, but tfjs's types require a rank.
    return tensor as tf.Tensor2D;
  }
}

export function missingTensor({ architecture, tensors }: InferenceSae, name: string): SaeLabError {
  return new SaeLabError('sae.missing-tensor', {
    problem: `a ${architecture} SAE needs the tensor '${name}'`,
    received: Object.keys(tensors).join(', '),
  });
}
