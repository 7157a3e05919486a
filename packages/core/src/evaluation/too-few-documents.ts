import type { EvaluationContext, EvaluationResult } from './contract.ts';

/** Tells the user why figures have no interval, where some have none. */
export function warnOfFewDocuments(
  results: readonly EvaluationResult[],
  warn: EvaluationContext['warn'],
): void {
  const [first] = results;
  if (first === undefined || results.every(({ intervals }) => Object.keys(intervals).length > 0)) return;
  warn?.(
    `${first.documents} held-out ${first.documents === 1 ? 'document is' : 'documents are'} too few for intervals, so the figures have none. ` +
      'Extract more documents, or hold out a larger fraction.',
  );
}
