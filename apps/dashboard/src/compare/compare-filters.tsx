import { Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import { Select } from '../components/select.tsx';
import type { Brushed } from './brushes/brushed-rows.ts';
import { withBrush } from './brushes/brush.ts';
import type { ConfigKey } from './config-fields.ts';
import { GroupName } from './group-name.tsx';
import type { Group } from './groups.ts';
import type { ViewProps } from './view-props.ts';

/** Groups that the legend names. */
const MOST_NAMED = 12;

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
        <p className="text-[13px]">
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
          {hooks.length > 1 ? (
            <Select
              label="Hook"
              value={hook ?? ''}
              options={[['', 'All'], ...hooks.map((name) => [name, name] as const)]}
              onChange={(value) => void setState({ hook: value || null })}
            />
          ) : null}
          {widths.length > 1 ? (
            <Select
              label="Width"
              value={width === undefined ? '' : String(width)}
              options={[['', 'All'], ...widths.map((size) => [String(size), String(size)] as const)]}
              onChange={(value) => void setState({ width: value === '' ? null : Number(value) })}
            />
          ) : null}
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
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]" aria-label="Groups">
        {groups.slice(0, MOST_NAMED).map((group) => (
          <li key={group.name} className="flex items-center gap-1.5">
            <GroupName group={group} name={group.name} />
            <span className="text-soft">{integer(group.rows.length)}</span>
          </li>
        ))}
        {groups.length > MOST_NAMED ? (
          <li className="text-soft">and {integer(groups.length - MOST_NAMED)} more groups</li>
        ) : null}
      </ul>
    </Card>
  );
}
