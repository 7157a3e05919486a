import { formatOf } from '@sae-lab/measures';
import { intervalText } from '../matched/matched-table.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { ScatterEntry } from './scatter-points.ts';

/** Runs that a tip lists. */
const MOST = 5;

/** What a point says under the pointer: its values, and those of its runs. */
export function tipOf(
  { label, x: atX, y: atY, members }: ScatterEntry,
  x: AxisChoice,
  y: AxisChoice,
): string {
  const [xText, yText] = [formatOf(x.measure), formatOf(y.measure)];
  const n = members.length;
  return [
    label,
    `${x.measure.label} ${intervalText(atX, xText)}`,
    `${y.measure.label} ${intervalText(atY, yText)}`,
    ...(n === 1 ? ['n = 1'] : [`n = ${n} seeds, click to see each`]),
    ...(n > 1 && n <= MOST
      ? members.map((member) => `seed ${member.row.seed}: ${xText(member.x)}, ${yText(member.y)}`)
      : []),
  ].join('\n');
}
