import { LineSample } from '../charts/line-sample.tsx';
import { Mark } from '../charts/mark.tsx';
import type { Group } from './groups.ts';

interface GroupNameProps {
  readonly group: Group | undefined;
  readonly name: string;
  /** How the view draws the group. */
  readonly as?: 'mark' | 'line';
}

/** A group's mark or line, and its name. */
export function GroupName({ group, name, as = 'mark' }: GroupNameProps) {
  return (
    <span className="inline-flex items-center align-middle gap-2 font-medium">
      {group === undefined ? null : as === 'line' ? (
        <LineSample color={group.color} dash={group.dash} />
      ) : (
        <Mark color={group.color} shape={group.shape} />
      )}
      {name}
    </span>
  );
}
