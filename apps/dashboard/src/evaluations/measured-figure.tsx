import { formatOf, type Measure } from '@sae-lab/measures';
import type { ReactNode } from 'react';

interface MeasuredFigureProps {
  readonly measure: Measure;
  /** NaN: undefined on these data. */
  readonly value: number;
  /** The 95 % interval over documents; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
}

/** A figure under its label, in a `<dl>`. */
export function MeasuredFigure({ measure, value, low, high }: MeasuredFigureProps) {
  const format = formatOf(measure);
  return (
    <div className="flex flex-col-reverse justify-end" title={measure.meaning}>
      <dt className="text-xs text-balance text-soft">{measure.label}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-1.5 leading-7">
        <span className="text-lg font-medium">{format(Number.isNaN(value) ? null : value)}</span>
        {low === null || high === null ? null : (
          <span className="text-xs whitespace-nowrap text-soft" title="95 % interval over documents">
            {format(low)} to {format(high)}
          </span>
        )}
      </dd>
    </div>
  );
}

/** Figures in columns that are as wide on every card. */
export function FigureList({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-[repeat(auto-fill,minmax(10.5rem,1fr))]">
      {children}
    </dl>
  );
}
