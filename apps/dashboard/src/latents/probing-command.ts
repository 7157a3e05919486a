import type { SaeHeading } from '../saes/sae-heading.ts';

/** Scores the latents of an SAE as probes. */
export function probingCommand({ target }: Pick<SaeHeading, 'target'>): string {
  return `pnpm evaluate ${target} --only probing`;
}
