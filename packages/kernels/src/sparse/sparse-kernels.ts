import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { EntryChoice, Support } from './support.ts';

/** A sparse matrix whose values, [1, entries], are a tensor. */
export interface SparseTensor {
  readonly support: Support;
  readonly values: Tensor2D;
}

/** What codes need of sparse matrices, as tensors; none of it is on the gradient tape. */
export interface SparseKernels {
  /**
   * Entries of x·Wᵀ + bias, for each choice. x is [rows, width], W [columns, width], bias [columns].
   *
   * @param density the share of entries that choices without a limit are expected to find, where it is known
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
  /** Gradients of `product` with respect to the values and, unless `frozen`, to W. */
  productGradients(
    code: SparseTensor,
    W: Tensor2D,
    dy: Tensor2D,
    frozen: boolean,
  ): { dValues: Tensor2D; dW?: Tensor2D };
  /**
   * Σ_g ‖y_g − x‖², y_g the product of the columns below `bounds[g]`, with the bias; and what its gradients are made of.
   *
   * @param x [rows, width]
   * @param bounds rising numbers of columns
   * @returns errors: for each bound Σ (y − x) over it and all after it, [bounds, rows, width]; slopes: the gradient of the
   *   values, but for a factor of 2
   */
  squaredError(
    x: Tensor2D,
    code: SparseTensor,
    W: Tensor2D,
    bias: Tensor1D | undefined,
    bounds: readonly number[],
  ): { sum: number; errors: Tensor3D; slopes: Tensor2D };
  /** `scale` times the gradients of W and bias that the errors make; scale is 2 for the sum of squares itself. */
  squaredErrorGradients(
    code: SparseTensor,
    W: Tensor2D,
    errors: Tensor3D,
    bounds: readonly number[],
    scale: number,
  ): { dW: Tensor2D; dBias: Tensor1D };
  /**
   * Gradients of W, [columns, width], and bias, [columns], of `select` from those of the entries of all choices, dz.
   *
   * @param dz [1, entries of all supports, one after the other]
   */
  selectGradients(
    supports: readonly Support[],
    W: Tensor2D,
    dz: Tensor2D,
    x: Tensor2D,
  ): { dW: Tensor2D; dBias: Tensor1D };
  /** Each entry's column's number, [1, entries]. */
  gatherColumns(support: Support, vector: Tensor1D): Tensor2D;
  /** The sum of each column's entries, [columns]. */
  sumColumns(code: SparseTensor): Tensor1D;
  /** 1 for each column with an entry that is not 0, [columns]. */
  fired(code: SparseTensor): Tensor1D;
}
