import type { Measure } from '@sae-lab/measures';
import type { ScaleKind } from '../../charts/scales.ts';

/** What an axis shows, and how. */
export interface AxisChoice {
  readonly key: string;
  readonly measure: Measure;
  readonly kind: ScaleKind;
}
