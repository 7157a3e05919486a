import { styleAt, type MarkStyle } from '../charts/mark-style.ts';
import { versionStyles, type VariantVersion } from '../variants/version-styles.ts';
import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';
import { layerOf } from './layer.ts';

/** Runs that share a value of the key that the reader groups by. */
export interface Group extends MarkStyle {
  /** The value of the key. */
  readonly name: string;
  readonly rows: readonly CompareRow[];
}

/** What the reader groups by, with the style of each value. */
export interface Grouping extends ConfigKey {
  readonly styles: ReadonlyMap<string, MarkStyle>;
}

/** Every run of a configuration, whatever its seed. */
const CONFIGURATION = 'configuration';
const LAYER = 'layer';
const SEED = 'seed';

/** What a run shows that does not have a setting. */
export const MISSING = '(none)';

/**
 * What runs can be grouped by: variant, hook, width, configuration and every setting in which they differ; layer and seed
 * where these differ.
 */
export function groupKeys(differing: readonly ConfigKey[], rows: readonly CompareRow[]): ConfigKey[] {
  const known: ConfigKey[] = [
    { key: 'variant', label: 'Variant' },
    { key: 'hook', label: 'Hook' },
    { key: LAYER, label: 'Layer' },
    { key: 'width', label: 'Width' },
    { key: CONFIGURATION, label: 'Configuration' },
    { key: SEED, label: 'Seed' },
  ];
  const shown = known.filter(
    ({ key }) => (key !== LAYER && key !== SEED) || new Set(rows.map((row) => valueOf(row, key))).size > 1,
  );
  return [...shown, ...differing.filter(({ key }) => !known.some((one) => one.key === key))];
}

/** Whether a key is a setting. The others are derived from settings, or are the seed. */
export function isSetting(key: string): boolean {
  return key !== CONFIGURATION && key !== LAYER && key !== SEED;
}

export function valueOf(row: CompareRow, key: string): string {
  switch (key) {
    case 'variant':
      return row.versionedVariant;
    case 'hook':
      return row.hook;
    case LAYER:
      return layerOf(row.hook)?.toString() ?? MISSING;
    case 'width':
      return String(row.width);
    case SEED:
      return String(row.seed);
    case CONFIGURATION:
      return row.configurationName;
    default:
      return Object.hasOwn(row.settings, key) ? row.settings[key]! : MISSING;
  }
}

/** The values of a key, numbers in ascending order, everything else in order of appearance. */
export function valuesOf(rows: readonly CompareRow[], key: string): string[] {
  const values = [...new Set(rows.map((row) => valueOf(row, key)))];
  const isNumeric = values.every((value) => Number.isFinite(Number(value)));
  return isNumeric ? values.toSorted((a, b) => Number(a) - Number(b)) : values;
}

/** The groups by a key, in the order of `valuesOf`. Without `styles`, every call starts from the first colour. */
export function groupsBy(
  rows: readonly CompareRow[],
  key: string,
  styles?: ReadonlyMap<string, MarkStyle>,
): Group[] {
  const members = Map.groupBy(rows, (row) => valueOf(row, key));
  return valuesOf(rows, key).map((name, index) => ({
    name,
    rows: members.get(name)!,
    ...(styles?.get(name) ?? styleAt(index)),
  }));
}

/**
 * The styles of all values of a key, so that a filter changes no colour. Variants look as on every other page.
 *
 * @param rows all runs of the page
 * @param variants all versions of all variants in the database
 */
export function groupingBy(
  rows: readonly CompareRow[],
  { key, label }: ConfigKey,
  variants: readonly VariantVersion[],
): Grouping {
  if (key === 'variant') return { key, label, styles: versionStyles(rows, variants) };
  const styles = valuesOf(rows, key).map((name, index) => [name, styleAt(index)] as const);
  return { key, label, styles: new Map(styles) };
}
