import { formatOf, headingOf, NOTHING, short } from '@sae-lab/measures';
import type { ExportedTable } from '../../export/exported-table.ts';
import { intervalText } from '../matched/matched-table.ts';
import { KINDS } from '../references/compare-reference.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { Front } from './fronts.ts';
import type { ScatterEntry } from './scatter-points.ts';
import type { ReferenceMark } from './scatter-references.ts';

interface ScatterTableInput {
  readonly name: string;
  readonly caption: string;
  readonly entries: readonly ScatterEntry[];
  readonly fronts: readonly Front[] | undefined;
  readonly references: readonly ReferenceMark[];
  readonly groupLabel: string;
  /** Undefined without small multiples. */
  readonly facetLabel: string | undefined;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
}

/** The points of the scatter, then the references, as they are shown and exported. */
export function scatterTable(input: ScatterTableInput): ExportedTable {
  const { name, caption, fronts, groupLabel, facetLabel, x, y } = input;
  const onFront = fronts && new Set(fronts.flatMap((front) => front.entries));
  const lines = [...input.entries.map((entry) => lineOf(entry, onFront, x, y)), ...referenceLines(input)];
  return {
    name,
    caption,
    records: lines.map(({ facet, record }) => ({ ...(facetLabel !== undefined && { facet }), ...record })),
    headings: [
      groupLabel,
      'Runs',
      ...(facetLabel === undefined ? [] : [facetLabel]),
      headingOf(x.measure),
      headingOf(y.measure),
      'n',
      'On the front',
    ],
    rows: lines.map(({ names, facet, values }) => [
      ...names,
      ...(facetLabel === undefined ? [] : [facet]),
      ...values,
    ]),
    numeric: [false, false, ...(facetLabel === undefined ? [] : [false]), true, true, true, false],
  };
}

interface Line {
  readonly facet: string;
  readonly record: Readonly<Record<string, string | number | null>>;
  readonly names: readonly [string, string];
  readonly values: readonly string[];
}

function lineOf(
  entry: ScatterEntry,
  onFront: ReadonlySet<ScatterEntry> | undefined,
  x: AxisChoice,
  y: AxisChoice,
): Line {
  const { group, label, facet, members } = entry;
  const numbers = (axis: AxisChoice, { mean, low, high }: ScatterEntry['x']) => ({
    [axis.key]: mean,
    [`${axis.key}_low`]: low,
    [`${axis.key}_high`]: high,
  });
  return {
    facet,
    record: {
      group,
      configuration: label,
      n: members.length,
      ...numbers(x, entry.x),
      ...numbers(y, entry.y),
      on_front: onFront === undefined ? null : String(onFront.has(entry)),
      runs: members.map(({ row }) => row.hash).join(' '),
    },
    names: [group, label],
    values: [
      intervalText(entry.x, formatOf(x.measure)),
      intervalText(entry.y, formatOf(y.measure)),
      short(4)(members.length),
      onFront === undefined ? NOTHING : onFront.has(entry) ? 'Yes' : 'No',
    ],
  };
}

function referenceLines({ references, x, y }: ScatterTableInput): Line[] {
  return references.map(({ label, facet, reference: { kind, figures } }) => ({
    facet,
    record: {
      group: kind,
      configuration: label,
      n: null,
      [x.key]: figures[x.key] ?? null,
      [y.key]: figures[y.key] ?? null,
      on_front: null,
      runs: null,
    },
    names: [KINDS[kind], label],
    values: [formatOf(x.measure)(figures[x.key]), formatOf(y.measure)(figures[y.key]), NOTHING, NOTHING],
  }));
}
