import { Card, Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from '@tremor/react';
import { mainFigures, type EvaluationRow, type SaeRow } from '@sae-lab/db/reading';
import { figuresShown, figureText, headingOf } from '@sae-lab/measures';

const CELL = 'px-3 py-2 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5';

/** The SAEs that the runs of a sweep are compared with. */
export function ReferenceTable({
  saes,
  evaluations,
}: {
  saes: readonly SaeRow[];
  evaluations: readonly EvaluationRow[];
}) {
  const figures = mainFigures(evaluations, 'saeId');
  const shown = figuresShown('table', (key) => [...figures.values()].some((own) => key in own));
  return (
    <Card className="overflow-hidden p-0">
      <h2 className="px-4 pt-4 text-base font-semibold sm:px-5">For reference</h2>
      <Table className="mt-2" aria-label="For reference">
        <TableHead>
          <TableRow className="border-b border-line">
            {['SAE', 'Kind', 'Hook'].map((head) => (
              <TableHeaderCell key={head} className={`${CELL} text-xs font-medium text-soft`}>
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
            <TableRow key={id} className="hover:bg-sunken/60">
              <TableCell className={`${CELL} font-medium`} title={source}>
                {name}
              </TableCell>
              <TableCell className={CELL}>{kind === 'baseline' ? 'Baseline' : 'From files'}</TableCell>
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
    </Card>
  );
}
