import { fixed, integer, percent, short, significant, type Format } from './number.ts';

/** What a reader needs to know of a number that the project measures. */
export interface Measure {
  /** In sentence case, e.g. `Explained variance`. */
  readonly label: string;
  /** A shorter label for column headings. */
  readonly short?: string;
  /** E.g. `latents per token`. Absent for a pure number. */
  readonly unit?: string;
  /** A number of decimals, a number of significant digits, a percentage of a fraction, or a count; default `significant`. */
  readonly form?: 'fixed' | 'significant' | 'percent' | 'count';
  /** Decimals or significant digits, as `form` says; default 4. */
  readonly digits?: number;
  /** Which end is the better one; default `neither`. */
  readonly better?: 'higher' | 'lower' | 'neither';
  /** One sentence: the definition, and how to read it. */
  readonly meaning: string;
}

/** A measure under the key that code, database, JSON lines and addresses know it by. */
export type Keyed<M extends Measure = Measure> = M & { readonly key: string };

/**
 * How values of a measure are written, on every surface.
 *
 * @example
 * formatOf(FIGURES.dead_fraction)(0.0312) // '3.1 %'
 */
export function formatOf({ form = 'significant', digits = 4 }: Measure): Format {
  switch (form) {
    case 'fixed':
      return fixed(digits);
    case 'significant':
      return significant(digits);
    case 'percent':
      return percent(digits);
    case 'count':
      return integer;
  }
}

/** How values of a measure are written on an axis: without zeros at their end where significant digits would add them. */
export function axisFormatOf(measure: Measure): Format {
  return (measure.form ?? 'significant') === 'significant' ? short(measure.digits ?? 4) : formatOf(measure);
}

/** How deviations of a measure are written: with the decimals of the value, or with two significant digits. */
export function deviationFormatOf(measure: Measure): Format {
  return (measure.form ?? 'significant') === 'significant' ? short(2) : formatOf(measure);
}

/** A figure as it is written. NaN stands for one that is undefined on the run's data, and shows as a dash. */
export function figureText(figure: Measure, value: number | null | undefined): string {
  return formatOf(figure)(Number.isNaN(value) ? null : value);
}

/** The heading of a column that shows a measure. */
export function headingOf({ label, short: heading = label }: Measure): string {
  return heading;
}

/** A label inside a sentence: `Explained variance` becomes `explained variance`, `L0` and `MSE` stay. */
export function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;
}

/** A unit or title that starts an axis or a line: `tokens` becomes `Tokens`. */
export function capitalised(text: string): string {
  return text === '' ? text : text[0]!.toUpperCase() + text.slice(1);
}

/** Words that are written in another way than their key. */
const SPELLINGS: Readonly<Record<string, string>> = {
  auxk: 'AuxK',
  l0: 'L0',
  l1: 'L1',
  l2: 'L2',
  mse: 'MSE',
  cpu: 'CPU',
  gpu: 'GPU',
};

/** What to show of a key that the vocabulary does not have: `aux_threshold` becomes `Aux threshold`. */
export function labelOfKey(key: string): string {
  const words = key
    .replace(/[_/.-]+/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .trim()
    .split(' ')
    .map((word) => (Object.hasOwn(SPELLINGS, word) ? SPELLINGS[word]! : word))
    .join(' ');
  return words === '' ? key : capitalised(words);
}
