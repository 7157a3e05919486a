import { integer } from '@sae-lab/measures';
import { ColorLegend } from './color-legend.tsx';
import type { ColorScale } from './color-scale.ts';
import type { RunPages } from './use-run-pages.ts';

interface TableSummaryProps {
  readonly pages: RunPages;
  /** Whether the dashboard answers. */
  readonly reachable: boolean;
  readonly scale: ColorScale | undefined;
  readonly onNoBaseline: () => void;
}

/** What the table below has: the number of runs, the baseline, and what the colours stand for. */
export function TableSummary({ pages, reachable, scale, onNoBaseline }: TableSummaryProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px] text-soft">
      <span role="status">
        {pages.problem && pages.total === 0 ? null : countText(pages)}
        {reachable ? '' : ' · Connection lost, retrying'}
      </span>
      {pages.baseline ? (
        <span>
          Compared with run {pages.baseline.id}{' '}
          <button type="button" className="text-accent hover:underline" onClick={onNoBaseline}>
            Stop comparing
          </button>
        </span>
      ) : null}
      {scale ? <ColorLegend scale={scale} /> : null}
    </div>
  );
}

function countText({ runs, groups }: Pick<RunPages, 'runs' | 'groups'>): string {
  const text = runs === 1 ? '1 run' : `${integer(runs)} runs`;
  return groups === null ? text : `${text} in ${groups === 1 ? '1 group' : `${integer(groups)} groups`}`;
}
