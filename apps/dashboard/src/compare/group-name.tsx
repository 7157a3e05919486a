import { Mark } from '../charts/mark.tsx';
import type { Group } from './groups.ts';

/** A group's mark and its name. */
export function GroupName({ group, name }: { group: Group | undefined; name: string }) {
  return (
    <span className="inline-flex items-center align-middle gap-2 font-medium">
      {group === undefined ? null : <Mark color={group.color} shape={group.shape} />}
      {name}
    </span>
  );
}
