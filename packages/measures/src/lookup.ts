import { CURVES, LOSS_TERM } from './curves.ts';
import { FIGURES, type Figure, type FigureKey } from './figures.ts';
import { HISTOGRAMS, type HistogramMeasure } from './histograms.ts';
import { labelOfKey, type Keyed, type Measure } from './measure.ts';

/** Every figure under its key, in the order in which they are shown. */
export const ALL_FIGURES: readonly Keyed<Figure>[] = Object.keys(FIGURES).map(figureOf);

/**
 * The figure of a key. One that the vocabulary does not have, e.g. because a newer version stored it, is named after
 * its key.
 */
export function figureOf(key: string): Keyed<Figure> {
  return { ...(ownValue(FIGURES, key) ?? { ...unknown(key), prominence: 'detail' as const }), key };
}

/** The figures of these keys in the order in which they are shown; those that the vocabulary does not have come last. */
export function figuresIn(keys: Iterable<string>): Keyed<Figure>[] {
  return inOrder(FIGURES, keys).map(figureOf);
}

const PROMINENCE: readonly Figure['prominence'][] = ['headline', 'table', 'detail'];

/**
 * The figures that a surface shows, in order: those of its level of prominence and above.
 *
 * @param has whether any of the runs has a figure, for those that are optional
 */
export function figuresShown(
  level: Figure['prominence'],
  has: (key: FigureKey) => boolean,
): (Keyed<Figure> & { key: FigureKey })[] {
  return (ALL_FIGURES as (Keyed<Figure> & { key: FigureKey })[]).filter(
    ({ key, prominence, optional }) =>
      PROMINENCE.indexOf(prominence) <= PROMINENCE.indexOf(level) && (!optional || has(key)),
  );
}

/**
 * The curve of a key. A term of the loss is named after its key, and so is a curve that neither the vocabulary nor the
 * variant describes.
 *
 * @param declared the variant's own curves by key
 */
export function curveOf(key: string, declared: Readonly<Record<string, Measure>> = {}): Keyed {
  if (key.startsWith(LOSS_TERM)) return { ...lossTerm(key.slice(LOSS_TERM.length)), key };
  return { ...(ownValue(CURVES, key) ?? ownValue(declared, key) ?? unknown(key)), key };
}

/**
 * The curves of these keys in the order in which they are shown; those that the vocabulary does not have come last.
 *
 * @param declared the variant's own curves by key, e.g. `{ threshold: { label: 'Threshold', meaning: '…' } }`
 */
export function curvesIn(keys: Iterable<string>, declared?: Readonly<Record<string, Measure>>): Keyed[] {
  return inOrder(CURVES, keys).map((key) => curveOf(key, declared));
}

/** The histogram of a key; one that the vocabulary does not have is named after its key. */
export function histogramOf(key: string): Keyed<HistogramMeasure> {
  const { label } = unknown(key);
  return { ...(ownValue(HISTOGRAMS, key) ?? { label, axis: label, unit: 'count', meaning: '' }), key };
}

/** The histograms of these keys in the order in which they are shown; unknown ones come last. */
export function histogramsIn(keys: Iterable<string>): Keyed<HistogramMeasure>[] {
  return inOrder(HISTOGRAMS, keys).map(histogramOf);
}

function lossTerm(name: string): Measure {
  const label = labelOfKey(name);
  return { label, better: 'lower', meaning: `The term ${label} of the loss, without its weight.` };
}

function unknown(key: string): Measure {
  return { label: labelOfKey(key), meaning: '' };
}

/** An object's own members only: a key may be called `constructor`. */
function ownValue<M extends Measure>(vocabulary: Readonly<Record<string, M>>, key: string): M | undefined {
  return Object.hasOwn(vocabulary, key) ? vocabulary[key] : undefined;
}

function inOrder(vocabulary: Readonly<Record<string, Measure>>, keys: Iterable<string>): string[] {
  const known = Object.keys(vocabulary);
  const rank = (key: string): number => (known.includes(key) ? known.indexOf(key) : known.length);
  return [...new Set(keys)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
