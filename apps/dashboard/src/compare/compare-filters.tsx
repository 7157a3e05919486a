import { Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import { PlaceFilters } from '../components/place-filters.tsx';
import { Select } from '../components/select.tsx';
import type { Brushed } from './brushes/brushed-rows.ts';
import { withBrush } from './brushes/brush.ts';
import type { ConfigKey } from './config-fields.ts';
import { GroupList } from './group-list.tsx';
import type { Group } from './groups.ts';
import type { ViewProps } from './view-props.ts';

const DRAWN_AS_LINES: ReadonlySet<string> = new Set(['curves', 'parallel']);

interface CompareFiltersProps extends Pick<ViewProps, 'keys' | 'state' | 'setState'> {
  readonly selection: string;
  /** Runs before the filters. */
  readonly total: number;
  readonly shown: number;
  readonly by: ConfigKey;
  readonly groups: readonly Group[];
  readonly hooks: readonly string[];
  readonly hook: string | undefined;
  readonly widths: readonly number[];
  readonly width: number | undefined;
  readonly brushed: Brushed['texts'];
}

/** What is compared: the selection, its filters, and the legend of the groups. */
export function CompareFilters({
  selection,
  total,
  shown,
  by,
  keys,
  groups,
  hooks,
  hook,
  widths,
  width,
  brushed,
  state,
  setState,
}: CompareFiltersProps) {
  return (
    <Card className="grid grid-cols-1 gap-3 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <p className="min-w-0 text-[13px] wrap-anywhere">
          <span className="font-medium">{selection}</span>
          <span className="text-soft">
            , {integer(shown)} {shown === total ? '' : `of ${integer(total)} `}runs
          </span>
        </p>
        <div className="flex flex-wrap gap-3 sm:ml-auto">
          <Select
            label="Group by"
            value={by.key}
            options={keys.map(({ key, label }) => [key, label] as const)}
            onChange={(value) => void setState({ by: value, baseline: null, members: null })}
          />
          <PlaceFilters hooks={hooks} hook={hook} widths={widths} width={width} setState={setState} />
        </div>
      </div>
      {brushed.length > 0 ? (
        <ul className="flex flex-wrap gap-2 text-[13px]" aria-label="Brushes">
          {brushed.map(({ key, text }) => (
            <li
              key={key}
              className="flex items-center gap-2 rounded-md border border-line bg-sunken px-2 py-0.5"
            >
              {text}
              <button
                type="button"
                aria-label={`Remove the brush: ${text}`}
                className="text-accent hover:underline"
                onClick={() => void setState({ brush: withBrush(state.brush, key, undefined) })}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <GroupList groups={groups} as={DRAWN_AS_LINES.has(state.view) ? 'line' : 'mark'} />
    </Card>
  );
}
