import { Card, Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from '@tremor/react';
import { mainFigures, type EvaluationRow, type SaeRow } from '@sae-lab/db/reading';
import { FIRST_CELL } from '../components/linked-row.tsx';
import { ScrollArea } from '../components/scroll-area.tsx';
import { TableFooter } from '../export/export-footer.tsx';
import { exportedReferences, kindText } from './exported-references.ts';
import { figuresShown, figureText, headingOf } from '@sae-lab/measures';

const CELL = 'px-3 py-2 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5';

/** The SAEs that the runs of a sweep are compared with. */
export function ReferenceTable({
  sweep,
  saes,
  evaluations,
}: {
  /** Its name. */
  sweep: string;
  saes: readonly SaeRow[];
  evaluations: readonly EvaluationRow[];
}) {
  const figures = mainFigures(evaluations, 'saeId');
  const shown = figuresShown('table', (key) => [...figures.values()].some((own) => key in own));
  return (
    <Card className="overflow-hidden p-0">
      <ScrollArea
        label="References, scrollable"
        heading={<h2 className="text-base font-semibold">References</h2>}
      >
        <Table className="mt-2 overflow-visible" aria-label="References">
          <TableHead>
            <TableRow className="border-b border-line">
              {['SAE', 'Kind', 'Hook'].map((head) => (
                <TableHeaderCell
                  key={head}
                  className={`${CELL} text-xs font-medium text-soft ${head === 'SAE' ? FIRST_CELL : ''}`}
                >
                  {head}
                </TableHeaderCell>
              ))}
              {['Width', ...shown.map(headingOf)].map((head) => (
                <TableHeaderCell key={head} className={`${CELL} text-right text-xs font-medium text-soft`}>
                  {head}
                </TableHeaderCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {saes.map(({ id, name, kind, source, hook, width }) => (
              <TableRow key={id} className="group hover:bg-sunken/60">
                <TableCell className={`${CELL} ${FIRST_CELL} font-medium`} title={source}>
                  {name}
                </TableCell>
                <TableCell className={CELL}>{kindText(kind)}</TableCell>
                <TableCell className={`${CELL} text-soft`}>{hook}</TableCell>
                <TableCell className={`${CELL} text-right`}>{width}</TableCell>
                {shown.map((figure) => (
                  <TableCell key={figure.key} className={`${CELL} text-right`}>
                    {figureText(figure, figures.get(id)?.[figure.key])}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </ScrollArea>
      <TableFooter table={exportedReferences(sweep, saes, evaluations)} label="Export the references" />
    </Card>
  );
}
