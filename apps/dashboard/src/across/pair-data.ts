import type { SaeSubject } from '@sae-lab/db/reading';
import type { MatchFigure } from '@sae-lab/measures';
import type { CosineBins } from './cosine-bins.ts';

/** An SAE of a pair, as pages name it. */
export interface PairSae {
  readonly subject: SaeSubject;
  /** E.g. `topk k=32, width 1024, seed 0`. */
  readonly label: string;
  /** What `pnpm evaluate` calls it. */
  readonly target: string;
  readonly hook: string;
  readonly commit: string | null;
  /** Whether there are examples of what its latents do. */
  readonly hasFeatures: boolean;
}

/** What the page of a pair shows, apart from its lists of latents. */
export interface PairData {
  readonly a: PairSae;
  readonly b: PairSae;
  /** Sweeps that both belong to, the one that was started last first. */
  readonly sweeps: readonly { readonly id: number; readonly name: string }[];
  readonly figures: Readonly<Partial<Record<MatchFigure, number | null>>>;
  readonly random: {
    readonly match_best: number;
    readonly match_one_to_one: number;
    readonly quantile99: number;
    readonly best: CosineBins;
    readonly oneToOne: CosineBins;
  };
  /** Best-match cosines of the latents of A in B and of B in A, and those of the one-to-one assignment. */
  readonly bins: { readonly aInB: CosineBins; readonly bInA: CosineBins; readonly oneToOne: CosineBins };
  readonly tokens: number;
  readonly seconds: number;
}

/** A latent whose best match is below the threshold is absorbed if that match is at least this similar. */
const LEAST_ABSORBED = 0.4;

/** Above what random directions reach, in small dimensions too. */
export function absorptionFloor(quantile99: number): number {
  return Math.max(LEAST_ABSORBED, quantile99);
}
