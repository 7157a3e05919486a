import type { Measure } from './measure.ts';

const COSINE = { form: 'fixed', digits: 3, better: 'higher' } as const;
const SHARE = { form: 'percent', digits: 1, better: 'higher' } as const;

/** What two SAEs have in common, in the order in which it is shown. Silent latents are left out of all but the last two. */
export const MATCH_FIGURES = {
  match_best: {
    label: 'Best match',
    ...COSINE,
    meaning:
      'Mean over the latents of the largest cosine to a decoder row of the other SAE, averaged over both ways (mean max cosine similarity).',
  },
  match_one_to_one: {
    label: 'One-to-one match',
    short: 'One-to-one',
    ...COSINE,
    meaning: 'Mean cosine of the one-to-one assignment with the largest sum of cosines.',
  },
  match_best_07: {
    label: 'Best match above 0.7',
    short: 'Best > 0.7',
    ...SHARE,
    meaning: 'Share of the latents with a best match above 0.7, averaged over both ways.',
  },
  match_best_09: {
    label: 'Best match above 0.9',
    short: 'Best > 0.9',
    ...SHARE,
    meaning: 'Share of the latents with a best match above 0.9, averaged over both ways.',
  },
  match_one_to_one_07: {
    label: 'One-to-one above 0.7',
    short: '1-to-1 > 0.7',
    ...SHARE,
    meaning: 'Share of the latents with a one-to-one partner above 0.7.',
  },
  match_one_to_one_09: {
    label: 'One-to-one above 0.9',
    short: '1-to-1 > 0.9',
    ...SHARE,
    meaning: 'Share of the latents with a one-to-one partner above 0.9.',
  },
  match_live_a: {
    label: 'Live latents of A',
    short: 'Live A',
    form: 'percent',
    digits: 1,
    meaning: 'Share of the latents of the first SAE that fired on the evaluated tokens.',
  },
  match_live_b: {
    label: 'Live latents of B',
    short: 'Live B',
    form: 'percent',
    digits: 1,
    meaning: 'Share of the latents of the second SAE that fired on the evaluated tokens.',
  },
} as const satisfies Readonly<Record<string, Measure>>;

export type MatchFigure = keyof typeof MATCH_FIGURES;
