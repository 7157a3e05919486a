import type { SaeRow } from '@sae-lab/db/reading';

/** An SAE that the runs are compared with, on the activations of some of them. */
export interface CompareReference {
  readonly id: number;
  readonly name: string;
  readonly kind: SaeRow['kind'];
  readonly hook: string;
  readonly activations: string;
  readonly width: number;
  /** Figures of its evaluations that are defined on its data. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What tables call each kind. */
export const KINDS: Readonly<Record<CompareReference['kind'], string>> = {
  baseline: 'Baseline',
  foreign: 'From files',
};
