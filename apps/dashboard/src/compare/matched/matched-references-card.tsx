import { inSentence, type Figure, type Keyed } from '@sae-lab/measures';
import { Card } from '@tremor/react';
import { captionOf } from '../../export/caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import { GroupName } from '../group-name.tsx';
import type { Group } from '../groups.ts';
import type { ViewProps } from '../view-props.ts';
import { referenceCells, referenceTable } from './matched-references.ts';
import { MatchedVerdict } from './matched-verdict.tsx';

interface MatchedReferencesCardProps extends Pick<ViewProps, 'rows' | 'by' | 'references' | 'provenance'> {
  readonly groups: readonly Group[];
  readonly measure: Keyed<Figure>;
}

/** Each reference, and the groups at its L0. Nothing where no reference has the measure. */
export function MatchedReferencesCard({
  rows,
  by,
  references,
  provenance,
  groups,
  measure,
}: MatchedReferencesCardProps) {
  const cells = referenceCells(references, rows, by.key, measure);
  if (cells.length === 0) return null;
  const table = referenceTable(
    cells,
    by,
    measure,
    captionOf(
      `${measure.label} of the references, and of each ${inSentence(by.label)} at their L0, 95 % t intervals over seeds.`,
      rows.filter(({ figures }) => figures['l0'] !== undefined && figures[measure.key] !== undefined),
      provenance,
    ),
  );
  const groupColumn = table.headings.indexOf(by.label);
  const last = table.headings.length - 1;
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <h2 className="text-base font-semibold">References</h2>
      <DataTable
        table={table}
        label="References"
        renderCell={(row, column, text) => {
          const { verdict, group } = table.cells[row]!;
          if (column === groupColumn && group !== undefined)
            return <GroupName group={groups.find(({ name }) => name === text)} name={text} />;
          if (column === last && verdict !== undefined)
            return <MatchedVerdict verdict={verdict} text={text} />;
          return text === 'Not reached' ? <span className="text-soft">{text}</span> : undefined;
        }}
      />
      <ExportFooter table={table} label="Export the references">
        The groups are interpolated at the L0 of each reference, as above. A reference is one SAE, so the
        interval is that of the group over its seeds.
      </ExportFooter>
    </Card>
  );
}
