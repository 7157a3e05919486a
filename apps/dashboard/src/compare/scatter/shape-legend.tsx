import { markPath } from '../../charts/mark-path.ts';
import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { SHAPES, valuesOf } from '../groups.ts';

/** What each shape stands for, where shapes do not follow the colours. */
export function ShapeLegend({ rows, by }: { rows: readonly CompareRow[]; by: ConfigKey }) {
  const values = valuesOf(rows, by.key);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]" aria-label={`Shapes: ${by.label}`}>
      <li className="text-soft">{by.label}</li>
      {values.slice(0, SHAPES.length).map((value, index) => (
        <li key={value} className="flex items-center gap-1.5">
          <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true" className="shrink-0">
            <path d={markPath(SHAPES[index]!, 4.6)} className="fill-soft" fillRule="evenodd" />
          </svg>
          {value}
        </li>
      ))}
      {values.length > SHAPES.length ? (
        <li className="text-soft">Shapes repeat after {SHAPES.length} values.</li>
      ) : null}
    </ul>
  );
}
