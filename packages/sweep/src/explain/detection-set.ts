import type { LatentExample, LatentFeatures } from '@sae-lab/core';

/** Examples that the label is written from. */
const SHOWN = 5;
/** Examples of each kind that it is tested on. */
const TESTED = 10;
const FEWEST = 3;

/** What a label is written from and tested on: no text is in both. */
export interface DetectionSet {
  readonly shown: readonly LatentExample[];
  /** Empty if there are too few texts. */
  readonly tested: readonly { readonly example: LatentExample; readonly isActive: boolean }[];
}

type Described = Pick<LatentFeatures, 'latent' | 'top' | 'bands'>;

/**
 * Divides a latent's examples: every second of the strongest is shown, the others and those of all bands are tested. As
 * many examples of other latents are the texts on which it should not be active. They are not known to be without it: a
 * latent that fires on a fraction d of the tokens is active somewhere in about 1 - (1 - d)^24 of them.
 *
 * @param others examples of other latents
 */
export function detectionSet(features: Described, others: readonly LatentExample[]): DetectionSet {
  const shown = features.top.filter((_, index) => index % 2 === 0).slice(0, SHOWN);
  const documents = new Set(shown.map(({ document }) => document));
  const held = distinct([
    ...features.top.filter((_, index) => index % 2 === 1),
    ...features.bands.flatMap(({ examples }) => examples),
  ]).filter((example) => !documents.has(example.document));
  const own = new Set([...shown, ...held].map(({ document }) => document));
  const strange = distinct(others).filter(({ document }) => !own.has(document));
  const count = Math.min(TESTED, held.length, strange.length);
  if (count < FEWEST) return { shown, tested: [] };
  const start = (features.latent * 7919) % strange.length;
  const tested = [
    ...spread(held, count).map((example) => ({ example, isActive: true })),
    ...Array.from({ length: count }, (_, index) => ({
      example: strange[(start + index * 31) % strange.length]!,
      isActive: false,
    })),
  ];
  return { shown, tested: mixed(tested, features.latent) };
}

/** Mean of the accuracies on active and inactive texts, so that neither answer alone scores above 0.5. */
export function balancedAccuracy(
  tested: readonly { readonly isActive: boolean }[],
  decisions: readonly boolean[],
): number {
  const rate = (kind: boolean): number => {
    const places = tested.flatMap(({ isActive }, index) => (isActive === kind ? [index] : []));
    return places.filter((index) => decisions[index] === kind).length / places.length;
  };
  return (rate(true) + rate(false)) / 2;
}

function distinct(examples: readonly LatentExample[]): LatentExample[] {
  return [...new Map(examples.map((one) => [`${one.document} ${one.piece} ${one.start}`, one])).values()];
}

/** As many elements, evenly spaced. */
function spread<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)]!);
}

/** The same order each time, in which the answer does not follow from the place. */
function mixed<T>(list: readonly T[], seed: number): T[] {
  return list
    .map((value, index) => ({ value, rank: ((seed + 1) * 40_503 + (index + 1) * 2_654_435_761) % 65_521 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
