import { formatOf, NOTHING, short, type Measure } from '@sae-lab/measures';
import { LineSample } from '../charts/line-sample.tsx';
import type { GroupLines } from './group-lines.ts';

interface CurveLegendProps {
  readonly groups: readonly GroupLines[];
  readonly measure: Measure;
  /** What x is at the cursor, or at the end of the curves. */
  readonly x: { readonly label: string; readonly text: string };
  /** Where in x the values are read; undefined for the last ones. */
  readonly at: number | undefined;
  readonly showsRuns: (group: string) => boolean;
  /** Absent where no group has several runs. */
  readonly onToggle?: (group: string) => void;
}

/** The colours, and the values under the cursor. A click on a group of several runs shows or hides these. */
export function CurveLegend({ groups, measure, x, at, showsRuns, onToggle }: CurveLegendProps) {
  const show = (measure.form ?? 'significant') === 'significant' ? short(4) : formatOf(measure);
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-xs text-soft" aria-label="Legend">
      <li className="min-w-32">
        {x.label} <span className="text-ink tabular-nums">{x.text}</span>
      </li>
      {groups.map((group) => {
        const { name, color, dash, members } = group;
        const value = valueAt(group, at);
        const isSeveral = members.length > 1;
        const text = (
          <>
            <span className="mr-1.5">
              <LineSample color={color} dash={dash} />
            </span>
            {name}{' '}
            <span className="text-ink tabular-nums">
              {value === undefined ? NOTHING : show(value.mean)}
              {value !== undefined && isSeveral ? ` [${show(value.low)}, ${show(value.high)}]` : ''}
            </span>
            {isSeveral ? ` n = ${value?.n ?? 0}` : ''}
          </>
        );
        return (
          <li key={name} className="min-w-40">
            {isSeveral && onToggle ? (
              <button
                type="button"
                aria-pressed={showsRuns(name)}
                title={showsRuns(name) ? 'Hide the runs of this group' : 'Show the runs of this group'}
                onClick={() => onToggle(name)}
                className={`text-left hover:text-ink ${showsRuns(name) ? 'underline decoration-dotted underline-offset-4' : ''}`}
              >
                {text}
              </button>
            ) : (
              text
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The mean at x, or the last one before it; undefined if the group starts later. */
function valueAt({ mean }: GroupLines, at: number | undefined) {
  return at === undefined ? mean.at(-1) : mean.findLast(({ x }) => x <= at);
}
