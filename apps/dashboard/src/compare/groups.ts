import { runLabel } from '@sae-lab/measures';
import type { MarkShape } from '../charts/mark-path.ts';
import { variantStyle } from '../variants/variant-style.ts';
import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';

/** Runs that share a value of the key that the reader groups by. */
export interface Group {
  /** The value of the key. */
  readonly name: string;
  readonly color: string;
  readonly shape: MarkShape;
  readonly rows: readonly CompareRow[];
}

/** Every run of a configuration, whatever its seed. */
export const CONFIGURATION = 'configuration';

const COLORS = ['blue', 'vermilion', 'green', 'gold', 'purple', 'slate', 'sky', 'brown'];
export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'wedge', 'cross'] as const;
/** What a run shows that does not have a setting. */
const MISSING = '(none)';

/** What runs can be grouped by: variant, hook, width, configuration and every setting in which they differ. */
export function groupKeys(differing: readonly ConfigKey[]): ConfigKey[] {
  const known: ConfigKey[] = [
    { key: 'variant', label: 'Variant' },
    { key: 'hook', label: 'Hook' },
    { key: 'width', label: 'Width' },
    { key: CONFIGURATION, label: 'Configuration' },
  ];
  return [...known, ...differing.filter(({ key }) => !known.some((one) => one.key === key))];
}

export function valueOf(row: CompareRow, key: string): string {
  switch (key) {
    case 'variant':
      return row.variant;
    case 'hook':
      return row.hook;
    case 'width':
      return String(row.width);
    case CONFIGURATION:
      return runLabel({
        variant: row.variant,
        coefficient: row.coefficient,
        hook: row.hook,
        width: row.width,
      });
    default:
      return Object.hasOwn(row.settings, key) ? row.settings[key]! : MISSING;
  }
}

/** The groups by a key, numbers in ascending order, everything else in order of appearance. */
export function groupsBy(rows: readonly CompareRow[], key: string): Group[] {
  const byValue = [...Map.groupBy(rows, (row) => valueOf(row, key))];
  if (byValue.every(([value]) => Number.isFinite(Number(value))))
    byValue.sort(([a], [b]) => Number(a) - Number(b));
  return byValue.map(([name, members], index) => ({ name, rows: members, ...styleOf(key, name, index) }));
}

function styleOf(key: string, name: string, index: number): Pick<Group, 'color' | 'shape'> {
  if (key === 'variant') return variantStyle(name);
  return {
    color: `var(--variant-${COLORS[index % COLORS.length]!})`,
    shape: SHAPES[index % SHAPES.length]!,
  };
}
