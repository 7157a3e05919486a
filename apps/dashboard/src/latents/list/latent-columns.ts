import { formatOf, LATENT_MEASURES, NOTHING } from '@sae-lab/measures';
import type { SORT_KEYS } from './list-state.ts';
import type { LatentItem } from './load-list.ts';

type SortKey = (typeof SORT_KEYS)[number];

export interface LatentColumn {
  readonly key: SortKey;
  readonly label: string;
  readonly meaning: string;
  readonly numeric: boolean;
  /** As in `grid-template-columns`. */
  readonly width: string;
  /** The order of the first click on the heading. */
  readonly first: 'asc' | 'desc';
}

const WIDTHS: Readonly<Record<SortKey, string>> = {
  latent: '5.5rem',
  label: 'minmax(9rem, 1fr)',
  score: '4.5rem',
  density: '6rem',
  max_activation: '8.5rem',
  max_cosine: '6.5rem',
  probing_score: 'minmax(8rem, 0.6fr)',
  promoted: 'minmax(11rem, 1fr)',
  token: 'minmax(22rem, 3fr)',
};

/** The columns of the list in their order. That of the scores exists once a language model has explained a latent. */
export function latentColumns(isExplained: boolean): LatentColumn[] {
  const keys = Object.keys(WIDTHS) as SortKey[];
  return keys
    .filter((key) => key !== 'score' || isExplained)
    .map((key) => {
      const { label, meaning } = key === 'token' ? LATENT_MEASURES.text : LATENT_MEASURES[key];
      const numeric = !['label', 'promoted', 'token'].includes(key);
      const first = numeric && key !== 'latent' ? 'desc' : 'asc';
      return { key, label, meaning, numeric, width: WIDTHS[key], first };
    });
}

/** The numbers of a row as they are written. */
export function numberText(row: LatentItem, key: SortKey): string {
  switch (key) {
    case 'latent':
      return String(row.latent);
    case 'density':
      return formatOf(LATENT_MEASURES.density)(row.density);
    case 'max_activation':
      return formatOf(LATENT_MEASURES.max_activation)(row.maxActivation);
    case 'max_cosine':
      return formatOf(LATENT_MEASURES.max_cosine)(row.maxCosine);
    case 'probing_score':
      return formatOf(LATENT_MEASURES.probing_score)(row.probingScore);
    case 'score':
      return formatOf(LATENT_MEASURES.score)(row.score);
    case 'label':
    case 'promoted':
    case 'token':
      return NOTHING;
  }
}
