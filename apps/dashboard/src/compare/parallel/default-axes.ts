import type { Figure, Keyed } from '@sae-lab/measures';
import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { varyingKeys } from '../varying-keys.ts';

const MOST_SETTINGS = 6;
const MOST_FIGURES = 4;

/** The keys of the axes that are shown without being asked for: settings that differ, then the headline figures. */
export function defaultAxes(
  rows: readonly CompareRow[],
  keys: readonly ConfigKey[],
  measures: readonly Keyed<Figure>[],
): string[] {
  const settings = varyingKeys(rows, keys).map(({ key }) => key);
  const figures = measures.filter(({ prominence }) => prominence === 'headline').map(({ key }) => key);
  return [...settings.slice(0, MOST_SETTINGS), ...figures.slice(0, MOST_FIGURES)];
}
