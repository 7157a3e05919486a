import { SaeLabError } from '@sae-lab/errors';
import type { SaeTensor } from '../inference-sae.ts';
import type { StoredTensor } from './tensors/stored-tensor.ts';

/** The tensors of a file. Each one has to be taken, so that none changes the codes unnoticed. */
export class Weights {
  readonly #file: string;
  readonly #tensors: Readonly<Record<string, StoredTensor>>;
  readonly #taken = new Set<string>();

  /** @param file for messages */
  constructor(file: string, tensors: Readonly<Record<string, StoredTensor>>) {
    this.#file = file;
    this.#tensors = tensors;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#tensors, name);
  }

  /** @throws {SaeLabError} `sae.missing-tensor` */
  shapeOf(name: string): readonly number[] {
    return this.#get(name).shape;
  }

  /**
   * Reads a tensor and checks its shape and its values.
   *
   * @throws {SaeLabError} `sae.missing-tensor`, `sae.tensor-shape`, `sae.not-finite`
   */
  async take(name: string, shape: readonly number[]): Promise<SaeTensor> {
    const stored = this.#get(name);
    this.#taken.add(name);
    if (stored.shape.join() !== shape.join()) {
      throw new SaeLabError('sae.tensor-shape', {
        problem: `the tensor ${name} has the wrong shape`,
        field: this.#file,
        expected: `[${shape.join(', ')}]`,
        received: `[${stored.shape.join(', ')}]`,
        fix: 'Check that the configuration and the weights belong together.',
      });
    }
    const data = await stored.read();
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index >= 0) {
      throw new SaeLabError('sae.not-finite', {
        problem: `the tensor ${name} is not finite`,
        field: this.#file,
        expected: 'finite weights',
        received: `${data[index]} at index ${index} of ${data.length}`,
        fix: 'Use another checkpoint: the training of this one diverged, or the file is damaged.',
      });
    }
    return { shape: [...shape], data };
  }

  /** Reads a tensor of one value. */
  async scalar(name: string): Promise<number> {
    return (await this.take(name, [])).data[0]!;
  }

  /** @throws {SaeLabError} `sae.extra-tensor` if a tensor was not taken */
  requireAllTaken(architecture: string): void {
    const extra = Object.keys(this.#tensors).filter((name) => !this.#taken.has(name));
    if (extra.length === 0) return;
    throw new SaeLabError('sae.extra-tensor', {
      problem: `the weights have tensors that the architecture ${architecture} does not use`,
      field: this.#file,
      expected: [...this.#taken].join(', '),
      received: extra.join(', '),
      fix: 'Check the architecture in the configuration, or save the SAE again.',
    });
  }

  #get(name: string): StoredTensor {
    const stored = this.has(name) ? this.#tensors[name] : undefined;
    if (stored !== undefined) return stored;
    throw new SaeLabError('sae.missing-tensor', {
      problem: `the weights do not have the tensor ${name}`,
      field: this.#file,
      received: Object.keys(this.#tensors).join(', ') || 'no tensors',
      fix: 'Check the architecture in the configuration, or save the SAE again.',
    });
  }
}
