import {
  axisFormatOf,
  headingOf,
  leastSpanOf,
  short,
  tickFormatOf,
  type Figure,
  type Format,
  type Keyed,
  type Measure,
} from '@sae-lab/measures';
import { makeScale, paddedDomain, type ScaleKind } from '../../charts/scales.ts';
import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { MISSING, valueOf, valuesOf } from '../groups.ts';

/** A setting or figure that every run has a place on. */
export interface Axis {
  readonly key: string;
  readonly label: string;
  readonly valueOf: (row: CompareRow) => AxisValue | undefined;
  /** The place of a value, from 0 to 1; undefined for one that the axis does not have. */
  readonly at: (value: AxisValue) => number | undefined;
  /** The value at a place: on an axis of texts, the nearest one. */
  readonly valueAt: (place: number) => AxisValue;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly textOf: (value: AxisValue) => string;
  /** The distance of neighbouring places that a reader can choose. */
  readonly step: number;
  readonly isNumeric: boolean;
  /** Whether some run has no place on it. */
  readonly hasMissing: boolean;
}

/** A number, or the text of a setting. */
export type AxisValue = number | string;

/** Axes whose largest value is this many times the smallest are logarithmic. Settings are often doubled or tripled. */
const LOG_FROM = { setting: 8, figure: 20 };
/** The axis of a setting with no more values has its ticks at them. */
const FEW = 8;
const STEPS = 50;
/** Ticks of numeric axes have one pixel of this range. */
const LENGTH = 300;
const SPACING = 44;
/** Of the length of an axis: the ends of brushes are written in a unit of about this. */
const FINE = 1e-5;
/** The same on a log axis. */
const LOG_DIGITS = 6;
/** Without the last digits, which come from the arithmetic. */
const DIGITS = 12;

/** The axis of a setting. It is numeric where all its values are numbers. */
export function settingAxis(rows: readonly CompareRow[], { key, label }: ConfigKey): Axis {
  const values = valuesOf(rows, key).filter((value) => value !== MISSING);
  const hasMissing = rows.some((row) => valueOf(row, key) === MISSING);
  if (values.length > 0 && values.every((value) => value !== '' && Number.isFinite(Number(value)))) {
    const read = (row: CompareRow) => {
      const text = valueOf(row, key);
      return text === MISSING ? undefined : Number(text);
    };
    const measure = { label, meaning: '' };
    return numericAxis({
      key,
      label,
      numbers: values.map(Number),
      measure,
      format: short(4),
      read,
      hasMissing,
      isSetting: true,
    });
  }
  const at = (place: number) => (values.length < 2 ? 0.5 : place / (values.length - 1));
  const places = new Map(values.map((value, place) => [value, at(place)]));
  return {
    key,
    label,
    valueOf: (row) => {
      const text = valueOf(row, key);
      return text === MISSING ? undefined : text;
    },
    at: (value) => places.get(String(value)),
    valueAt: (place) =>
      values[Math.min(values.length - 1, Math.max(0, Math.round(place * (values.length - 1))))]!,
    ticks: values.map((text, place) => ({ at: at(place), text })),
    textOf: String,
    step: values.length < 2 ? 1 : 1 / (values.length - 1),
    isNumeric: false,
    hasMissing,
  };
}

/** The axis of a figure. */
export function figureAxis(rows: readonly CompareRow[], figure: Keyed<Figure>): Axis {
  const read = ({ figures }: CompareRow) => figures[figure.key];
  const numbers = rows.flatMap((row) => read(row) ?? []);
  return numericAxis({
    key: figure.key,
    label: headingOf(figure),
    numbers,
    measure: figure,
    format: axisFormatOf(figure),
    read,
    hasMissing: numbers.length < rows.length,
    isSetting: false,
  });
}

interface NumericAxisInput {
  readonly key: string;
  readonly label: string;
  readonly numbers: readonly number[];
  readonly measure: Measure;
  readonly format: Format;
  readonly read: (row: CompareRow) => number | undefined;
  readonly hasMissing: boolean;
  readonly isSetting: boolean;
}

function numericAxis({
  key,
  label,
  numbers,
  measure,
  format,
  read,
  hasMissing,
  isSetting,
}: NumericAxisInput): Axis {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const kind: ScaleKind =
    low > 0 && high / low >= (isSetting ? LOG_FROM.setting : LOG_FROM.figure) ? 'log' : 'linear';
  const domain = paddedDomain(numbers, kind, 0, leastSpanOf(measure, numbers));
  const scale = makeScale({ kind, domain, range: [0, LENGTH], spacing: SPACING });
  const distinct = [...new Set(numbers)];
  const isConstant = high - low < leastSpanOf(measure, numbers) / FEW;
  const atValues = isConstant || (isSetting && distinct.length <= FEW);
  const ticks = isConstant ? [low] : atValues ? distinct : scale.ticks;
  const tickText = atValues ? format : tickFormatOf(measure, ticks);
  const back = (place: number) =>
    kind === 'log'
      ? domain[0] * (domain[1] / domain[0]) ** place
      : domain[0] + (domain[1] - domain[0]) * place;
  return {
    key,
    label,
    valueOf: read,
    at: (value) => {
      const place = typeof value === 'number' ? scale.at(value) / LENGTH : Number.NaN;
      return Number.isFinite(place) ? place : undefined;
    },
    valueAt: (place) =>
      kind === 'log' ? Number(back(place).toPrecision(LOG_DIGITS)) : roundedTo(back(place), domain),
    ticks: ticks.map((tick) => ({ at: scale.at(tick) / LENGTH, text: tickText(tick) })),
    textOf: (value) => format(Number(value)),
    step: 1 / STEPS,
    isNumeric: true,
    hasMissing,
  };
}

function roundedTo(value: number, [low, high]: readonly [number, number]): number {
  const unit = 10 ** Math.floor(Math.log10((high - low) * FINE));
  return Number((Math.round(value / unit) * unit).toPrecision(DIGITS));
}
