import * as tf from '@tensorflow/tfjs';
import { CPU_BACKEND } from './backend-name.ts';

type Numbers = tf.Tensor | ArrayLike<number> | number;

/** A result on a small input, next to the known answer. */
export interface SelfCheckCase {
  /** The operation, if the check covers several. */
  readonly name?: string;
  readonly actual: Numbers;
  readonly expected: Numbers;
  /** Largest |error| relative to max(1, |expected|). Default: 0, for results that involve no rounding. */
  readonly tolerance?: number;
}

/** The part if it passed its self-check, and a warning if it did not. */
interface Checked<Part> {
  readonly part: Part | undefined;
  readonly warnings: string[];
}

/**
 * Runs the self-check of a part of the CPU backend.
 *
 * @param name completes "the self-check of …" in the warning
 * @param fallback what is used if a case fails, for the warning
 */
export function startChecked<Part>(
  name: string,
  part: Part,
  casesOf: (part: Part) => Iterable<SelfCheckCase>,
  fallback: string,
): Checked<Part> {
  const failure = findFailure(() => casesOf(part));
  if (failure === undefined) return { part, warnings: [] };
  return { part: undefined, warnings: [selfCheckWarning(CPU_BACKEND, name, { failure, fallback })] };
}

/**
 * Runs the cases in order and stops at the first that fails.
 *
 * @param cases yields the cases; the tensors it creates are disposed
 * @returns the failure in one line, or undefined if every case passes
 */
export function findFailure(cases: () => Iterable<SelfCheckCase>): string | undefined {
  return tf.tidy(() => {
    try {
      for (const { name, actual, expected, tolerance } of cases()) {
        const difference = firstDifference(numbersOf(actual), numbersOf(expected), tolerance);
        if (difference !== undefined) return name === undefined ? difference : `${name}: ${difference}`;
      }
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}

/** The first difference between two results, or undefined if they are equal. NaN differs from everything. */
export function firstDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 0,
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values, expected ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    if (error <= tolerance * Math.max(1, Math.abs(expected[i]!))) continue;
    return `value ${i} is ${actual[i]}, expected ${expected[i]}`;
  }
  return undefined;
}

/** A one-line warning about a failed self-check. */
export function selfCheckWarning(
  backend: string,
  what: string,
  { failure, fallback }: { failure: string; fallback: string },
): string {
  return `${backend}: the self-check of ${what} failed (${failure}); ${fallback}`;
}

function numbersOf(numbers: Numbers): ArrayLike<number> {
  if (typeof numbers === 'number') return [numbers];
  return numbers instanceof tf.Tensor ? numbers.dataSync() : numbers;
}
