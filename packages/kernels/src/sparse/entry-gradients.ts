/**
 * The gradient of a weight matrix as what it is made of: entries, and the rows that they multiply. The optimiser takes it so,
 * and makes it row by row. For everybody else it is a tensor whose numbers are made when they are asked for, by tfjs's own
 * way of moving a tensor from one backend to another.
 */
import * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import type { Support } from './support.ts';
import { writeWeightGradient, type SortedEntries } from './weight-gradient.ts';

/** valuesᵀ·dy, [columns, width]; see `writeWeightGradient`. */
export interface EntryGradient {
  readonly rows: number;
  readonly columns: number;
  /** The entries in the order of their columns. */
  readonly columnStart: tf.Tensor1D;
  readonly rowOf: tf.Tensor1D;
  readonly values: tf.Tensor;
  readonly dy: tf.Tensor;
  readonly bounds: readonly number[];
}

export function placesOf(
  heap: Heap,
  { rows, columns, columnStart, rowOf, values }: EntryGradient,
): SortedEntries {
  const [start, row, value] = [heap.at(columnStart), heap.at(rowOf), heap.at(values)];
  return { rows, columns, columnStart: start, rowOf: row, values: value };
}

/** Up to so many entries for each row of a gradient, writing it down costs more than its strips save. */
const FEW = 16;

/** How often each parameter whose gradient may stay unwritten was used so far, by its tensor's number. */
let uses: Map<number, number> = new Map();

/** While `work` runs, the gradients of these parameters may stay unwritten. */
export function leavingUnwritten<T>(parameters: readonly tf.Tensor[], work: () => T): T {
  const before = uses;
  uses = new Map(parameters.map(({ id }) => [id, 0]));
  try {
    return work();
  } finally {
    uses = before;
  }
}

/** Where W is used more than once its gradient is a sum, and its terms are better written. */
export function noteUse({ id }: tf.Tensor): void {
  const soFar = uses.get(id);
  if (soFar !== undefined) uses.set(id, soFar + 1);
}

/** Whether the gradient of W may stay unwritten, and is better so. */
export function mayStayUnwritten(W: tf.Tensor, support: Support): support is Required<Support> {
  const isSparse = support.columnOf.size <= FEW * support.columns;
  return isSparse && support.byColumn !== undefined && uses.get(W.id) === 1;
}

/** Has the gradients that are not written, and writes one when tfjs asks for its numbers. */
class UnwrittenGradients extends tf.KernelBackend {
  readonly #gradients = new Map<tf.DataId, { heap: Heap; gradient: EntryGradient }>();

  take(heap: Heap, gradient: EntryGradient): tf.Tensor2D {
    const dataId = {};
    this.#gradients.set(dataId, { heap, gradient: kept(gradient) });
    const shape = [gradient.columns, gradient.dy.shape.at(-1)!];
    const info = { dataId, shape, dtype: 'float32' as const };
    return tf.engine().makeTensorFromTensorInfo(info, this) as tf.Tensor2D;
  }

  gradientOf({ dataId }: tf.Tensor): EntryGradient | undefined {
    return this.#gradients.get(dataId)?.gradient;
  }

  override readSync(dataId: tf.DataId): Float32Array {
    const { heap, gradient } = this.#gradients.get(dataId)!;
    const count = gradient.columns * gradient.dy.shape.at(-1)!;
    return heap.withRoom((room) => {
      const place = room.take(count);
      writeWeightGradient(heap, placesOf(heap, gradient), gradient.dy, gradient.bounds, place);
      return heap.floats(place, count).slice();
    });
  }

  override read(dataId: tf.DataId): Promise<Float32Array> {
    return Promise.resolve(this.readSync(dataId));
  }

  override refCount(): number {
    return 1;
  }

  override disposeData(dataId: tf.DataId): boolean {
    const gradient = this.#gradients.get(dataId)?.gradient;
    if (gradient !== undefined) tf.dispose(tensorsOf(gradient));
    return this.#gradients.delete(dataId);
  }
}

const unwritten = new UnwrittenGradients();

/** The gradient as a tensor. It holds on to the tensors that it is made of until it is written or disposed. */
export function unwrittenGradient(heap: Heap, gradient: EntryGradient): tf.Tensor2D {
  return unwritten.take(heap, gradient);
}

/** What a gradient is made of, as long as nobody has asked for its numbers. */
export function entryGradientOf(tensor: tf.Tensor): EntryGradient | undefined {
  return unwritten.gradientOf(tensor);
}

/** The tensors that a gradient holds on to. */
export function tensorsBehind(tensor: tf.Tensor): tf.Tensor[] {
  const gradient = entryGradientOf(tensor);
  return gradient === undefined ? [] : tensorsOf(gradient);
}

function tensorsOf({ columnStart, rowOf, values, dy }: EntryGradient): tf.Tensor[] {
  return [columnStart, rowOf, values, dy];
}

/** With clones of its tensors, which stay when the step's scopes end. */
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
