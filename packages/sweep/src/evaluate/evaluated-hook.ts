import type { SubjectSource } from '@sae-lab/core';
import type { ExtractionSpec } from '@sae-lab/core/activations';
import type { SaeSubject } from '@sae-lab/db';

/** How events name the SAE that an evaluation belongs to. */
export type SubjectLabel = (
  | { readonly runId: number; readonly runHash: string }
  | { readonly saeId: number; readonly saeHash: string }
) & {
  /** A readable name, e.g. `topk k=32, width 1024, seed 0`. */
  readonly sae: string;
};

/** A stored SAE to evaluate. */
export interface SubjectToEvaluate {
  readonly subject: SaeSubject;
  readonly label: SubjectLabel;
  readonly source: SubjectSource;
  /** Number of latents. */
  readonly width: number;
}

/** SAEs of one hook, and the data that they are evaluated on. */
export interface EvaluatedHook {
  readonly hook: string;
  readonly dIn: number;
  readonly activations: {
    readonly id: string;
    readonly folder: string;
    readonly holdout: number;
    /** Set where runs were evaluated on the first rows only: those of their first window. */
    readonly firstRows?: number | undefined;
  };
  /** What the activations were extracted from; absent without a language model. */
  readonly text?: Pick<ExtractionSpec, 'model' | 'dataset' | 'settings'> | undefined;
  readonly subjects: readonly SubjectToEvaluate[];
}

/** Identifies an SAE within one call. */
export function subjectKey({ runId, saeId }: SaeSubject): string {
  return runId === undefined ? `sae ${saeId}` : `run ${runId}`;
}
