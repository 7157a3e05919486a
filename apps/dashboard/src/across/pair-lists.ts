/** Decoder rows are taken for the same latent from this cosine on, as in Leask et al., 2025. */
export const THRESHOLD = 0.7;

export const LISTS = ['pairs', 'only-a', 'only-b', 'splits', 'merges', 'absorbed-a', 'absorbed-b'] as const;
export type PairList = (typeof LISTS)[number];

interface ListText {
  readonly tab: string;
  /** What the list has, for its caption. */
  readonly meaning: (threshold: string, floor: string) => string;
  /** Headings of the latent that a row is about, and of those that it is shown with. */
  readonly own: 'A' | 'B';
}

export const LIST_TEXTS: Readonly<Record<PairList, ListText>> = {
  pairs: {
    tab: 'Pairs',
    own: 'A',
    meaning: () =>
      'One-to-one pairs of the assignment with the largest sum of cosines, the most similar first.',
  },
  'only-a': {
    tab: 'Only in A',
    own: 'A',
    meaning: (threshold) =>
      `Latents of A whose best match in B has a cosine below ${threshold}, the most frequent first, next to that match.`,
  },
  'only-b': {
    tab: 'Only in B',
    own: 'B',
    meaning: (threshold) =>
      `Latents of B whose best match in A has a cosine below ${threshold}, the most frequent first, next to that match.`,
  },
  splits: {
    tab: 'Split in B',
    own: 'A',
    meaning: (threshold) =>
      `Latents of A that are the best match, at ${threshold} or above, of several latents of B.`,
  },
  merges: {
    tab: 'Split in A',
    own: 'B',
    meaning: (threshold) =>
      `Latents of B that are the best match, at ${threshold} or above, of several latents of A.`,
  },
  'absorbed-a': {
    tab: 'Absorbed in B',
    own: 'A',
    meaning: (threshold, floor) =>
      `Latents of A without a match of ${threshold} or above. Their best match in B, at ${floor} or above, stands for another latent of A.`,
  },
  'absorbed-b': {
    tab: 'Absorbed in A',
    own: 'B',
    meaning: (threshold, floor) =>
      `Latents of B without a match of ${threshold} or above. Their best match in A, at ${floor} or above, stands for another latent of B.`,
  },
};
