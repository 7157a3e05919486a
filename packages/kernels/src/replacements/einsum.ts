/**
 * Einsum, which tfjs's wasm backend lacks, and its gradient, which every backend lacks. Each pair of operands is contracted
 * by one matrix product.
 */
import * as tf from '@tensorflow/tfjs';
import { SaeLabError } from '@sae-lab/errors';
import type { Kernel, KernelReplacement } from './replacement.ts';

/** A tensor and a letter for each of its axes. */
interface Named {
  readonly tensor: tf.Tensor;
  readonly axes: string;
}

export const einsumReplacement: KernelReplacement = {
  kernelName: 'Einsum',
  build: () => einsum,
  cases: [
    {
      inputs: {
        '0': { values: [1, 2, 3, 4, 5, 6], shape: [2, 3] },
        '1': { values: [1, 0, 2, 1, 1, 1], shape: [2, 3] },
      },
      attrs: { equation: 'ij,kj->ki' },
      expected: [7, 16, 6, 15],
    },
    {
      inputs: { '0': { values: [1, 2, 3, 4, 5, 6], shape: [2, 3] } },
      attrs: { equation: 'ij->j' },
      expected: [5, 7, 9],
    },
  ],
};

const einsum: Kernel = ({ inputs, attrs }) => {
  const tensors = Object.values(inputs) as tf.Tensor[];
  const { operands, result } = parse(attrs['equation'] as string, tensors);
  // Operations within a kernel are not recorded on the gradient tape.
  return tf.tidy(() => contract(operands, result));
};

/** The gradient of an operand is the same product, with the operand replaced by the result's gradient. */
export function registerEinsumGradient(): void {
  if (tf.getGradient('Einsum') !== undefined) return;
  tf.registerGradient({
    kernelName: 'Einsum',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const { operands, result } = parse(attrs['equation'] as string, saved);
      const ofResult = { tensor: dy as tf.Tensor, axes: result };
      const gradients = operands.map((operand, i) => () => {
        const others = [ofResult, ...operands.filter((_, j) => j !== i)];
        const shared = Array.from(operand.axes)
          .filter((axis) => others.some(({ axes }) => axes.includes(axis)))
          .join('');
        // The gradient is constant along an axis that only this operand has.
        const shape = operand.tensor.shape.map((size, axis) =>
          shared.includes(operand.axes[axis]!) ? size : 1,
        );
        return tf.broadcastTo(contract(others, shared).reshape(shape), operand.tensor.shape);
      });
      return Object.fromEntries(gradients.map((gradient, i) => [i, gradient]));
    },
  });
}

function parse(equation: string, tensors: readonly tf.Tensor[]): { operands: Named[]; result: string } {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const names = left.split(',');
  const isKnown =
    right !== undefined &&
    names.length === tensors.length &&
    [...names, right].every((axes) => /^[a-zA-Z]*$/.test(axes) && new Set(axes).size === axes.length) &&
    names.every((axes, i) => axes.length === tensors[i]!.shape.length) &&
    Array.from(right).every((axis) => left.includes(axis));
  if (!isKnown) {
    throw new SaeLabError('kernels.einsum', {
      problem: 'the einsum equation does not match its tensors',
      field: 'equation',
      expected: 'one letter per axis, none twice in an operand, and the result after ->',
      received: `'${equation}' for shapes ${tensors.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')}`,
      fix: "Example: 'bd,fd->bf' for [batch, dIn] and [dSae, dIn].",
    });
  }
  return { operands: names.map((axes, i) => ({ tensor: tensors[i]!, axes })), result: right };
}

/** Sums the product of all operands over every axis that the result lacks. */
function contract(operands: readonly Named[], result: string): tf.Tensor {
  const [first, ...rest] = operands;
  let left = sumOver(first!, result + rest.map(({ axes }) => axes).join(''));
  rest.forEach((right, i) => {
    const later =
      result +
      rest
        .slice(i + 1)
        .map(({ axes }) => axes)
        .join('');
    left = product(left, sumOver(right, left.axes + later), later);
  });
  return permuted(left, result);
}

/** Sums over the axes that the result does not need. */
function sumOver({ tensor, axes }: Named, wanted: string): Named {
  const away = Array.from(axes).flatMap((axis, i) => (wanted.includes(axis) ? [] : [i]));
  if (away.length === 0) return { tensor, axes };
  return {
    tensor: tf.sum(tensor, away),
    axes: Array.from(axes)
      .filter((axis) => wanted.includes(axis))
      .join(''),
  };
}

/** The product of two operands, summed over shared axes that the result does not need. */
function product(a: Named, b: Named, wanted: string): Named {
  const shared = Array.from(a.axes).filter((axis) => b.axes.includes(axis));
  const batch = shared.filter((axis) => wanted.includes(axis)).join('');
  const inner = shared.filter((axis) => !wanted.includes(axis)).join('');
  const onlyA = Array.from(a.axes)
    .filter((axis) => !shared.includes(axis))
    .join('');
  const onlyB = Array.from(b.axes)
    .filter((axis) => !shared.includes(axis))
    .join('');
  const size = ({ tensor, axes }: Named, of: string): number =>
    Array.from(of).reduce((all, axis) => all * tensor.shape[axes.indexOf(axis)]!, 1);
  const left = permuted(a, batch + onlyA + inner).reshape([size(a, batch), size(a, onlyA), size(a, inner)]);
  const right = permuted(b, batch + onlyB + inner).reshape([size(b, batch), size(b, onlyB), size(b, inner)]);
  const axes = batch + onlyA + onlyB;
  const sizes = Array.from(axes).map((axis) => size(a.axes.includes(axis) ? a : b, axis));
  return { tensor: tf.matMul(left, right, false, true).reshape(sizes), axes };
}

function permuted({ tensor, axes }: Named, order: string): tf.Tensor {
  if (axes === order) return tensor;
  return tf.transpose(
    tensor,
    Array.from(order).map((axis) => axes.indexOf(axis)),
  );
}
