import type { RunKey } from './keys.ts';

/** What latents are filtered and sorted by. */
export const LATENT_FIELDS = {
  latent: 'number',
  density: 'number',
  max_activation: 'number',
  max_cosine: 'number',
  token: 'list',
  promoted: 'list',
  text: 'text',
  label: 'list',
  note: 'text',
  score: 'number',
  probing_score: 'number',
  probing_class: 'text',
  probing_p: 'number',
} as const satisfies Record<string, RunKey['type']>;

export type LatentField = keyof typeof LATENT_FIELDS;

export interface LatentKey extends RunKey {
  readonly key: LatentField;
}

/** The same in the form that the language of filters takes. */
export const LATENT_KEYS: readonly LatentKey[] = Object.entries(LATENT_FIELDS).map(([key, type]) => ({
  key: key as LatentField,
  kind: 'field',
  type,
}));
