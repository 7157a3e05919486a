import { markPath } from '../charts/mark-path.ts';
import type { Group } from './groups.ts';

/** A group's mark and its name. */
export function GroupName({ group, name }: { group: Group | undefined; name: string }) {
  return (
    <span className="inline-flex items-center align-middle gap-2 font-medium">
      {group === undefined ? null : (
        <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true" className="shrink-0">
          <path d={markPath(group.shape, 4.6)} fill={group.color} fillRule="evenodd" />
        </svg>
      )}
      {name}
    </span>
  );
}
