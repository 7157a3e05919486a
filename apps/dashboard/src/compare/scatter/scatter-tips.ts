import { formatOf } from '@sae-lab/measures';
import { intervalText } from '../matched/matched-table.ts';
import { KINDS } from '../references/compare-reference.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { ScatterEntry } from './scatter-points.ts';
import type { ReferenceMark } from './scatter-references.ts';

/** What the pointer finds. */
export interface ScatterTip {
  readonly x: number;
  readonly y: number;
  readonly facet: string;
  readonly text: string;
  /** Undefined for a reference. */
  readonly configuration?: number;
}

/** Runs that a tip lists. */
const MOST = 5;

/** What each point says under the pointer: its values, and those of its runs. */
export function tipsOf(
  entries: readonly ScatterEntry[],
  references: readonly ReferenceMark[],
  x: AxisChoice,
  y: AxisChoice,
): ScatterTip[] {
  const [xText, yText] = [formatOf(x.measure), formatOf(y.measure)];
  return [
    ...entries.map(({ label, facet, configuration, members, ...at }) => {
      const n = members.length;
      const lines = [
        label,
        `${x.measure.label} ${intervalText(at.x, xText)}`,
        `${y.measure.label} ${intervalText(at.y, yText)}`,
        n === 1 ? 'n = 1' : `n = ${n} seeds, click to see each`,
        ...(n > 1 && n <= MOST
          ? members.map((member) => `seed ${member.row.seed}: ${xText(member.x)}, ${yText(member.y)}`)
          : []),
      ];
      return { x: at.x.mean, y: at.y.mean, facet, configuration, text: lines.join('\n') };
    }),
    ...references.flatMap(({ label, facet, reference, x: atX, y: atY }) => {
      if (atX === null) return [];
      const lines = [
        `${label} (${KINDS[reference.kind].toLowerCase()})`,
        `${x.measure.label} ${xText(atX)}`,
        `${y.measure.label} ${yText(atY)}`,
      ];
      return [{ x: atX, y: atY, facet, text: lines.join('\n') }];
    }),
  ];
}
