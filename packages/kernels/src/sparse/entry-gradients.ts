/**
 * Gradients of weight matrices that are never materialised: a list of entries and the rows that they multiply, which the
 * optimizer expands one row at a time. Everywhere else such a gradient is an ordinary tensor: tfjs materialises it the way
 * it moves any tensor between backends. See docs/decisions/002-unmaterialised-gradients.md.
 */
import * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import type { Support } from './support.ts';
import { writeWeightGradient, type SortedEntries } from './weight-gradient.ts';

/** valuesᵀ·dy, [columns, width]; see `writeWeightGradient`. */
export interface EntryGradient {
  readonly rows: number;
  readonly columns: number;
  /** The entries, sorted by column. */
  readonly columnStart: tf.Tensor1D;
  readonly rowOf: tf.Tensor1D;
  readonly values: tf.Tensor;
  readonly dy: tf.Tensor;
  readonly bounds: readonly number[];
}

/** Mean entries per column up to which a row is cheaper to expand twice than to store. */
const MOST_ENTRIES = 16;

/** The entry gradients of one backend, and which parameters may have one. */
export class EntryGradients {
  readonly #heap: Heap;
  readonly #backend: EntryBackend;
  /** How often each parameter has been used in the current step, by tensor id. */
  #uses = new Map<number, number>();

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#backend = new EntryBackend(heap);
  }

  /** Runs `work`, in which the gradients of these parameters may be left as entries. */
  allowFor<T>(parameters: readonly tf.Tensor[], work: () => T): T {
    const before = this.#uses;
    this.#uses = new Map(parameters.map(({ id }) => [id, 0]));
    try {
      return work();
    } finally {
      this.#uses = before;
    }
  }

  /**
   * Counts a use of W in the forward pass: the gradient of a parameter that is used twice is a sum, so it is materialised.
   */
  noteUse({ id }: tf.Tensor): void {
    const soFar = this.#uses.get(id);
    if (soFar !== undefined) this.#uses.set(id, soFar + 1);
  }

  /** Whether the gradient of W may be left as the entries of this support, and is cheaper that way. */
  suits(W: tf.Tensor, support: Support): support is Required<Support> {
    const isSparse = support.columnOf.size <= MOST_ENTRIES * support.columns;
    return isSparse && support.byColumn !== undefined && this.#uses.get(W.id) === 1;
  }

  /** Wraps a gradient in a tensor, which keeps the gradient's own tensors until it is materialised or disposed. */
  make(gradient: EntryGradient): tf.Tensor2D {
    return this.#backend.take(gradient);
  }

  /** What a gradient consists of; undefined for any other tensor, and once tfjs has materialised it. */
  entriesOf(tensor: tf.Tensor): EntryGradient | undefined {
    return this.#backend.gradientOf(tensor);
  }

  /** The tensors that a gradient holds. */
  tensorsBehind(tensor: tf.Tensor): tf.Tensor[] {
    const gradient = this.entriesOf(tensor);
    return gradient === undefined ? [] : tensorsOf(gradient);
  }

  /** The offsets of a gradient's entries on the heap. */
  offsetsOf(gradient: EntryGradient): SortedEntries {
    return offsetsOf(this.#heap, gradient);
  }
}

function offsetsOf(heap: Heap, { rows, columns, columnStart, rowOf, values }: EntryGradient): SortedEntries {
  const [start, row, value] = [heap.offset(columnStart), heap.offset(rowOf), heap.offset(values)];
  return { rows, columns, columnStart: start, rowOf: row, values: value };
}

/** A tfjs backend that stores gradients as entries and materialises one when tfjs reads it. */
class EntryBackend extends tf.KernelBackend {
  readonly #heap: Heap;
  readonly #gradients = new Map<tf.DataId, EntryGradient>();

  constructor(heap: Heap) {
    super();
    this.#heap = heap;
  }

  take(gradient: EntryGradient): tf.Tensor2D {
    const dataId = {};
    this.#gradients.set(dataId, kept(gradient));
    const shape = [gradient.columns, gradient.dy.shape.at(-1)!];
    const info = { dataId, shape, dtype: 'float32' as const };
    return tf.engine().makeTensorFromTensorInfo(info, this) as tf.Tensor2D;
  }

  gradientOf({ dataId }: tf.Tensor): EntryGradient | undefined {
    return this.#gradients.get(dataId);
  }

  override readSync(dataId: tf.DataId): Float32Array {
    const heap = this.#heap;
    const gradient = this.#gradients.get(dataId)!;
    const count = gradient.columns * gradient.dy.shape.at(-1)!;
    return heap.withScratch((scratch) => {
      const offset = scratch.allocate(count);
      writeWeightGradient(heap, offsetsOf(heap, gradient), gradient.dy, gradient.bounds, offset);
      return heap.floats(offset, count).slice();
    });
  }

  override read(dataId: tf.DataId): Promise<Float32Array> {
    return Promise.resolve(this.readSync(dataId));
  }

  override refCount(): number {
    return 1;
  }

  override disposeData(dataId: tf.DataId): boolean {
    const gradient = this.#gradients.get(dataId);
    if (gradient !== undefined) tf.dispose(tensorsOf(gradient));
    return this.#gradients.delete(dataId);
  }
}

function tensorsOf({ columnStart, rowOf, values, dy }: EntryGradient): tf.Tensor[] {
  return [columnStart, rowOf, values, dy];
}

/** A copy with clones of its tensors, which outlive the tidy scopes of the step. */
function kept(gradient: EntryGradient): EntryGradient {
  const keep = <T extends tf.Tensor>(tensor: T): T => tf.keep(tensor.clone());
  const { columnStart, rowOf, values, dy } = gradient;
  return {
    ...gradient,
    columnStart: keep(columnStart),
    rowOf: keep(rowOf),
    values: keep(values),
    dy: keep(dy),
  };
}
