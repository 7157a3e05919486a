import type { EvaluationDefinition } from './contract.ts';

/** What an evaluation needs and the data do not have. */
export interface MissingNeed {
  /** Of the error if the evaluation was asked for by name. */
  readonly code: 'evaluation.needs-text' | 'evaluation.no-truth';
  /** E.g. `a language model and its documents`. */
  readonly what: string;
}

/**
 * Why an evaluation cannot be made on the activations of a dataset; undefined if it can.
 *
 * @param dataset with the kind of a sweep's dataset; other kinds than `synthetic` and `activations` are documents
 */
export function missingNeed(
  { needs }: Pick<EvaluationDefinition, 'needs'>,
  { kind }: { readonly kind: string },
): MissingNeed | undefined {
  if (needs === 'text' && ['synthetic', 'activations'].includes(kind)) {
    return { code: 'evaluation.needs-text', what: 'a language model and its documents' };
  }
  if (needs === 'truth' && kind !== 'synthetic') {
    return { code: 'evaluation.no-truth', what: "activations of kind 'synthetic'" };
  }
  return undefined;
}
