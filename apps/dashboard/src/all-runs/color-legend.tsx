import { integer } from '@sae-lab/measures';
import { Mark } from '../charts/mark.tsx';
import type { ColorScale } from './color-scale.ts';

/** What the marks of the rows stand for. */
export function ColorLegend({ scale }: { scale: ColorScale }) {
  const { column, legend, isContinuous, more } = scale;
  if (legend.length === 0)
    return <p className="text-[13px] text-soft">No run has a value of {column.label}.</p>;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
      <span className="text-soft">{column.label}</span>
      {isContinuous ? (
        <span className="flex items-center gap-2">
          {legend[0]!.text}
          <span
            aria-hidden="true"
            className="h-2 w-32 rounded-full bg-linear-to-r/oklab from-[var(--scale-low)] to-[var(--scale-high)]"
          />
          {legend[1]!.text}
        </span>
      ) : (
        <ul aria-label={`Marks by ${column.label}`} className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
          {legend.map(({ text, color, shape }, index) => (
            <li key={index} className="flex max-w-64 items-center gap-1.5">
              <Mark color={color} shape={shape} />
              <bdi className="truncate" title={text}>
                {text}
              </bdi>
            </li>
          ))}
          {more > 0 ? <li className="text-soft">{integer(more)} others: grey circle</li> : null}
        </ul>
      )}
    </div>
  );
}
