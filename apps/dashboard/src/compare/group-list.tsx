import { integer } from '@sae-lab/measures';
import { useState } from 'react';
import { LINE_STYLES } from '../charts/mark-style.ts';
import { GroupName } from './group-name.tsx';
import type { Group } from './groups.ts';

/** Groups that are named without being asked for. */
const MOST_NAMED = 12;

interface GroupListProps {
  readonly groups: readonly Group[];
  /** How the view draws them. */
  readonly as: 'mark' | 'line';
}

/** The legend of the groups with the number of their runs. */
export function GroupList({ groups, as }: GroupListProps) {
  const [showsAll, setShowsAll] = useState(false);
  const more = groups.length - MOST_NAMED;
  return (
    <div className="grid gap-1 text-[13px]">
      <ul className="flex flex-wrap gap-x-4 gap-y-1" aria-label="Groups">
        {groups.slice(0, showsAll ? groups.length : MOST_NAMED).map((group) => (
          <li key={group.name} className="flex min-w-0 items-center gap-1.5 wrap-anywhere">
            <GroupName group={group} name={group.name} as={as} />
            <span className="text-soft">{integer(group.rows.length)}</span>
          </li>
        ))}
        {more > 0 ? (
          <li>
            <button
              type="button"
              aria-expanded={showsAll}
              className="text-accent hover:underline"
              onClick={() => setShowsAll(!showsAll)}
            >
              {showsAll
                ? 'Show fewer groups'
                : `Show ${integer(more)} more ${more === 1 ? 'group' : 'groups'}`}
            </button>
          </li>
        ) : null}
      </ul>
      {as === 'line' && groups.length > LINE_STYLES ? (
        <p className="text-xs text-soft">
          Colours and dashes repeat after {integer(LINE_STYLES)} groups. Point at a line to name it, or group
          by a setting with fewer values.
        </p>
      ) : null}
    </div>
  );
}
