/** Points of a curve. `steps` strictly rise; both arrays have the same length. */
export interface Curve {
  steps: number[];
  values: number[];
}

/** Curves by key, e.g. `loss`, `explained_variance`. */
export type Curves = Record<string, Curve>;
