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
  /** For each bound the product with the columns below it; [bounds, rows, width]. */
  prefixProducts(code: SparseTensor, W: Tensor2D, bias: Tensor1D, bounds: readonly number[]): Tensor3D;
  prefixGradients(
    code: SparseTensor,
    W: Tensor2D,
    dy: Tensor3D,
    bounds: readonly number[],
  ): { dValues: Tensor2D; dW: Tensor2D };
  /**
   * Gradients of W, [columns, width], and bias, [columns], of `select` from those of the entries of all choices, dz.
   *
   * @param dz [1, entries of all supports, one after the other]
   */
  selectGradients(supports: readonly Support[], dz: Tensor2D, x: Tensor2D): { dW: Tensor2D; dBias: Tensor1D };
  /** Each entry's column's number, [1, entries]. */
  gatherColumns(support: Support, vector: Tensor1D): Tensor2D;
  /** The sum of each column's entries, [columns]. */
  sumColumns(code: SparseTensor): Tensor1D;
  /** 1 for each column with an entry that is not 0, [columns]. */
  fired(code: SparseTensor): Tensor1D;
}
