import { FIGURES, formatOf, headingOf, NOTHING, short, type Figure, type Keyed } from '@sae-lab/measures';
import type { CompareRow } from '../compare-row.ts';
import type { ExportedTable } from '../../export/exported-table.ts';
import { KINDS, type CompareReference } from '../references/compare-reference.ts';
import type { Interval } from '../statistics/interval.ts';
import { matchedAt, verdictOf, type MatchedCell, type Verdict } from '../statistics/matched.ts';
import { intervalText, matchedRuns, signed, VERDICTS } from './matched-table.ts';

/** A group at the L0 of a reference. */
export interface ReferenceCell {
  readonly reference: CompareReference;
  /** Undefined for a reference whose L0 no group reaches, e.g. the mean, whose L0 is 0. */
  readonly group: MatchedCell | undefined;
  /** Of the group to the reference, with the interval of the group over its seeds. */
  readonly difference: Interval | undefined;
  readonly verdict: Verdict | undefined;
}

/** Each reference with the groups on its hook and activations whose runs bracket its L0, interpolated there. */
export function referenceCells(
  references: readonly CompareReference[],
  rows: readonly CompareRow[],
  by: string,
  measure: Keyed<Figure>,
): ReferenceCell[] {
  return references.flatMap((reference): ReferenceCell[] => {
    const { l0, [measure.key]: own } = reference.figures;
    const comparable = rows.filter(
      ({ hook, activations }) => hook === reference.hook && activations === reference.activations,
    );
    if (own === undefined || comparable.length === 0) return [];
    const all =
      l0 === undefined || l0 <= 0
        ? []
        : matchedAt(matchedRuns(comparable, by, measure.key), [l0], '', measure.better ?? 'neither');
    const groups = all.filter(({ value }) => value !== undefined);
    if (groups.length === 0)
      return [{ reference, group: undefined, difference: undefined, verdict: undefined }];
    return groups.map((group) => {
      const difference = shifted(group.value!, -own);
      const verdict = verdictOf(difference, measure.better ?? 'neither');
      return { reference, group, difference, verdict };
    });
  });
}

function shifted({ n, mean, low, high }: Interval, by: number): Interval {
  return { n, mean: mean + by, low: low === null ? null : low + by, high: high === null ? null : high + by };
}

const L0 = short(4);

export interface ReferenceTable extends ExportedTable {
  readonly cells: readonly ReferenceCell[];
}

/** The references as they are shown and as they are exported. */
export function referenceTable(
  cells: readonly ReferenceCell[],
  by: { readonly key: string; readonly label: string },
  measure: Keyed<Figure>,
  caption: string,
): ReferenceTable {
  const value = formatOf(measure);
  const manyHooks = new Set(cells.map(({ reference: { hook } }) => hook)).size > 1;
  const widthOf = ({ setting }: MatchedCell) => (JSON.parse(setting) as unknown[]).at(-1) as number;
  const manyWidths =
    by.key !== 'width' && new Set(cells.flatMap(({ group }) => (group ? [widthOf(group)] : []))).size > 1;
  return {
    cells,
    name: `references-${measure.key}`,
    caption,
    records: cells.map(({ reference, group, difference, verdict }) => ({
      reference: reference.name,
      kind: reference.kind,
      hook: reference.hook,
      reference_width: reference.width,
      l0: reference.figures['l0'] ?? null,
      [measure.key]: reference.figures[measure.key]!,
      [by.key]: group?.group ?? null,
      ...(manyWidths && { group_width: group ? widthOf(group) : null }),
      seeds: group?.value?.n ?? null,
      mean: group?.value?.mean ?? null,
      low: group?.value?.low ?? null,
      high: group?.value?.high ?? null,
      difference: difference?.mean ?? null,
      difference_low: difference?.low ?? null,
      difference_high: difference?.high ?? null,
      verdict: verdict ?? null,
    })),
    headings: [
      'Reference',
      'Kind',
      ...(manyHooks ? ['Hook'] : []),
      headingOf(FIGURES.l0),
      headingOf(measure),
      by.label,
      ...(manyWidths ? ['Width'] : []),
      'At this L0 [95 %]',
      'Difference to the reference [95 %]',
      'Verdict',
    ],
    rows: cells.map(({ reference, group, difference, verdict }) => [
      reference.name,
      KINDS[reference.kind],
      ...(manyHooks ? [reference.hook] : []),
      L0(reference.figures['l0']),
      value(reference.figures[measure.key]),
      group?.group ?? NOTHING,
      ...(manyWidths ? [group ? String(widthOf(group)) : NOTHING] : []),
      group === undefined ? 'Not reached' : intervalText(group.value!, value),
      difference === undefined ? NOTHING : intervalText(difference, signed(value)),
      verdict === undefined ? NOTHING : VERDICTS[verdict],
    ]),
    numeric: [
      false,
      false,
      ...(manyHooks ? [false] : []),
      true,
      true,
      false,
      ...(manyWidths ? [true] : []),
      true,
      true,
      false,
    ],
  };
}
