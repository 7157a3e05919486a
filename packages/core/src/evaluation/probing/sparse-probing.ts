import { DocumentSums, type Interval } from '../interval.ts';
import { isRight, largest, meanDifferences, trainProbe, type DocumentMatrix } from './columns.ts';
import type { DocumentClass } from './document-classes.ts';

/** Numbers of latents that sparse probes use. */
export const KS = [1, 2, 5, 10, 20] as const;

export interface Scores {
  readonly figures: Record<string, number>;
  readonly intervals: Record<string, Interval>;
}

/**
 * Accuracy of probes on the test documents, averaged over the classes: on the k columns with the largest difference of class
 * means on the training documents, or on all columns.
 *
 * Source: Gurnee et al., "Finding neurons in a haystack", 2023; Karvonen et al., "SAEBench", 2025.
 *
 * @param prefix of the keys, followed by `_k<k>`
 */
export function sparseProbing(
  matrix: DocumentMatrix,
  classes: readonly DocumentClass[],
  hashes: ArrayLike<number>,
  prefix: string,
): Scores {
  const scores: Scores = { figures: {}, intervals: {} };
  for (const k of KS) {
    const rate = accuracy(classes, hashes, (one) => {
      const probe = trainProbe(matrix, one, largest(meanDifferences(matrix, one), k));
      return (member) => isRight(probe, matrix, member);
    });
    addScore(scores, `${prefix}_k${k}`, rate);
  }
  return scores;
}

/** Accuracy over the classes of predictors that are made for each, with its interval over documents. */
export function accuracy(
  classes: readonly DocumentClass[],
  hashes: ArrayLike<number>,
  predictorOf: (one: DocumentClass, index: number) => (member: DocumentClass['test'][number]) => boolean,
): { value: number; interval: Interval | undefined } {
  const sums = new DocumentSums(2 * classes.length);
  const documents = new Set<number>();
  classes.forEach((one, c) => {
    const isCorrect = predictorOf(one, c);
    for (const member of one.test) {
      documents.add(hashes[member.document]!);
      const values = new Float64Array(2 * classes.length);
      values[2 * c] = isCorrect(member) ? 1 : 0;
      values[2 * c + 1] = 1;
      sums.add(hashes[member.document]!, values);
    }
  });
  const mean = (totals: Float64Array): number =>
    classes.reduce((sum, _, c) => sum + totals[2 * c]! / totals[2 * c + 1]!, 0) / classes.length;
  return { value: mean(sums.total), interval: sums.proportionInterval(mean, documents.size) };
}

export function addScore(
  { figures, intervals }: Scores,
  key: string,
  { value, interval }: { value: number; interval: Interval | undefined },
): void {
  figures[key] = value;
  if (interval !== undefined) intervals[key] = interval;
}
