/** Maximum number of entries of the code matrix of a batch: 64 MB. */
const EVALUATED_CODES = 2 ** 24;

/** Rows of a batch in which an SAE is evaluated. Depends on nothing else, so that its products are always the same. */
export function evaluationBatch({ dSae }: { readonly dSae: number }): number {
  return Math.max(1, Math.floor(EVALUATED_CODES / dSae));
}
