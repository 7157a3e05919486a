import type { RunStatus, SaeSubject } from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import type { CaptionedSae } from './captioned-sae.ts';

/** An SAE as pages name it: of a run, or one that no run trained. */
export interface NamedSae {
  readonly subject: SaeSubject;
  /** E.g. `topk k=32`, or the name of an SAE that no run trained. */
  readonly label: string;
  readonly hook: string;
  readonly width: number;
  /** Null for an SAE that no run trained. */
  readonly seed: number | null;
  readonly captioned: CaptionedSae;
}

/** What the pages about an SAE show at their top. */
export interface SaeHeading extends NamedSae {
  /** Of its run. An SAE that no run trained is finished. */
  readonly status: RunStatus;
  /** Links to the pages above its own. */
  readonly trail: readonly { readonly name: string; readonly href: string }[];
  /** What `pnpm evaluate` calls it, or the sweep that it belongs to. */
  readonly target: string;
  /** Its files; null for the SAE of a run and for a baseline. */
  readonly source: string | null;
}

/** The label with hook, width and seed. */
export function fullLabel({ label, hook, width, seed }: Omit<NamedSae, 'captioned' | 'subject'>): string {
  return runLabel({ variant: label, hook, width, ...(seed !== null && { seed }) });
}
