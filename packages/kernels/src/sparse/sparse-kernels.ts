import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { EntryChoice, Support } from './support.ts';

/** A sparse matrix whose values, [1, entries], are a tensor. */
export interface SparseTensor {
  readonly support: Support;
  readonly values: Tensor2D;
}

/** The operations on sparse codes, from tensors to tensors. None of them is recorded on the gradient tape. */
export interface SparseKernels {
  /**
   * Chooses entries of x·Wᵀ + bias, once per choice. x is [rows, width], W [columns, width], bias [columns].
   *
   * @param density the share of entries that choices without a limit are expected to find, if known
   */
  select(
    x: Tensor2D,
    W: Tensor2D,
    bias: Tensor1D | undefined,
    choices: readonly EntryChoice[],
    density?: number,
  ): SparseTensor[];
  /** code·W + bias, [rows, width], for W [columns, width] and bias [width]. */
  product(code: SparseTensor, W: Tensor2D, bias?: Tensor1D): Tensor2D;
  /** Gradients of `product` with respect to the values and, unless `frozen`, W. */
  productGradients(
    code: SparseTensor,
    W: Tensor2D,
    dy: Tensor2D,
    frozen: boolean,
  ): { dValues: Tensor2D; dW?: Tensor2D };
  /**
   * Σ_g ‖y_g − x‖², where y_g is the product of the columns below `bounds[g]` plus the bias, and the parts of its gradient.
   *
   * @param x [rows, width]
   * @param bounds numbers of columns, ascending
   * @returns `errors`: for each bound, Σ (y − x) over it and all later ones, [bounds, rows, width]; `slopes`: half the
   *   gradient of the values
   */
  squaredError(
    x: Tensor2D,
    code: SparseTensor,
    W: Tensor2D,
    bias: Tensor1D | undefined,
    bounds: readonly number[],
  ): { sum: number; errors: Tensor3D; slopes: Tensor2D };
  /** Gradients of W and bias from the errors, times `scale`; 2 for the sum of squares itself. */
  squaredErrorGradients(
    code: SparseTensor,
    W: Tensor2D,
    errors: Tensor3D,
    bounds: readonly number[],
    scale: number,
  ): { dW: Tensor2D; dBias: Tensor1D };
  /**
   * Gradients of `select` with respect to W, [columns, width], and bias, [columns].
   *
   * @param dz gradient of the entries of all supports, concatenated, [1, entries]
   */
  selectGradients(
    supports: readonly Support[],
    W: Tensor2D,
    dz: Tensor2D,
    x: Tensor2D,
  ): { dW: Tensor2D; dBias: Tensor1D };
  /** For each entry, its column's element of the vector, [1, entries]. */
  gatherColumns(support: Support, vector: Tensor1D): Tensor2D;
  /** The sum of each column's values, [columns]. */
  sumColumns(code: SparseTensor): Tensor1D;
  /** 1 for each column with a non-zero value, else 0; [columns]. */
  fired(code: SparseTensor): Tensor1D;
}
