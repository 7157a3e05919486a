import { shellWord } from '../format/shell-word.ts';
import type { RunHeading } from './load-heading.ts';

/** Scores the latents of a run's sweep as probes. */
export function probingCommand(sweeps: RunHeading['sweeps']): string {
  return `pnpm evaluate ${shellWord(sweeps[0]?.name ?? '<sweep>')} --only probing`;
}
