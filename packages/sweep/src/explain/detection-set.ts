import type { LatentExample, LatentFeatures, LatentText } from '@sae-lab/core';

/** Examples that the label is written from. */
const SHOWN = 5;
/** Examples of each kind that it is tested on. */
const TESTED = 10;
const FEWEST = 3;

/** What a label is written from and tested on: no text is in both. */
export interface DetectionSet {
  readonly shown: readonly LatentExample[];
  /** Empty if there are too few texts. */
  readonly tested: readonly { readonly text: LatentText; readonly isActive: boolean }[];
}

type Described = Pick<LatentFeatures, 'latent' | 'top' | 'bands' | 'silent'>;

/**
 * Divides a latent's examples: every second of the strongest is shown, the others and those of all bands are tested. The
 * texts without it are as many of those in which it is silent on every evaluated token. No document is in both parts.
 */
export function detectionSet(features: Described): DetectionSet {
  const shown = features.top.filter((_, index) => index % 2 === 0).slice(0, SHOWN);
  const documents = new Set(shown.map(({ document }) => document));
  const held = distinct([
    ...features.top.filter((_, index) => index % 2 === 1),
    ...features.bands.flatMap(({ examples }) => examples),
  ]).filter((example) => !documents.has(example.document));
  const silent = features.silent.filter(({ document }) => !documents.has(document));
  const count = Math.min(TESTED, held.length, silent.length);
  if (count < FEWEST) return { shown, tested: [] };
  const tested = [
    ...spread(held, count).map((text) => ({ text, isActive: true })),
    ...silent.slice(0, count).map((text) => ({ text, isActive: false })),
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
