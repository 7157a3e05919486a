import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { measuresOf } from '../measures-of.ts';
import { figureAxis, settingAxis, type Axis } from './axis.ts';
import { brushText, isWithin, type Brush } from './brush.ts';

/** The axis of a key, of a setting or a figure; undefined for neither. */
export function axisOf(
  rows: readonly CompareRow[],
  keys: readonly ConfigKey[],
  key: string,
): Axis | undefined {
  const setting = keys.find((one) => one.key === key);
  if (setting !== undefined) return settingAxis(rows, setting);
  const figure = measuresOf(rows).find((one) => one.key === key);
  return figure && figureAxis(rows, figure);
}

export interface Brushed {
  readonly rows: readonly CompareRow[];
  /** Each brush in words. */
  readonly texts: readonly { readonly key: string; readonly text: string }[];
}

/** The runs in all brushes. A brush of a key that these runs do not have filters nothing. */
export function brushedRows(
  rows: readonly CompareRow[],
  keys: readonly ConfigKey[],
  brushes: readonly Brush[],
): Brushed {
  const placed = brushes.flatMap((brush) => {
    const axis = axisOf(rows, keys, brush.key);
    return axis === undefined ? [] : [{ axis, brush }];
  });
  return {
    rows:
      placed.length === 0
        ? rows
        : rows.filter((row) => placed.every(({ axis, brush }) => isWithin(axis, brush, row))),
    texts: placed.map(({ axis, brush }) => ({ key: axis.key, text: brushText(axis, brush) })),
  };
}
