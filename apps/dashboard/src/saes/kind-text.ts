import type { SaeRow } from '@sae-lab/db/reading';

/** Where an SAE that no run trained comes from, in words. */
export function kindText(kind: SaeRow['kind']): string {
  return kind === 'baseline' ? 'baseline' : 'trained elsewhere';
}
