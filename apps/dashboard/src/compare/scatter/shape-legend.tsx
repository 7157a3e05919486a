import { Mark } from '../../charts/mark.tsx';
import { SHAPES } from '../../charts/mark-style.ts';
import type { Legend } from '../../export/legend.ts';
import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { valuesOf } from '../groups.ts';

const COLOR = 'var(--text-soft)';

/** What each shape stands for, where shapes do not follow the colours. */
export function shapeLegend(rows: readonly CompareRow[], { key, label }: ConfigKey): Legend {
  return {
    label,
    items: valuesOf(rows, key).map((text, index) => ({
      text,
      color: COLOR,
      shape: SHAPES[index % SHAPES.length]!,
    })),
  };
}

/** The same on the page. */
export function ShapeLegend({ rows, by }: { rows: readonly CompareRow[]; by: ConfigKey }) {
  const values = valuesOf(rows, by.key);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]" aria-label={`Shapes: ${by.label}`}>
      <li className="text-soft">{by.label}</li>
      {values.slice(0, SHAPES.length).map((value, index) => (
        <li key={value} className="flex items-center gap-1.5">
          <Mark color={COLOR} shape={SHAPES[index]!} />
          {value}
        </li>
      ))}
      {values.length > SHAPES.length ? (
        <li className="text-soft">Shapes repeat after {SHAPES.length} values.</li>
      ) : null}
    </ul>
  );
}
