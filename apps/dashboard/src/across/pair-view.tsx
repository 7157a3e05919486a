'use client';

import { Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import { useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { PlotFigure } from '../compare/figure/plot-figure.tsx';
import { DataTable } from '../export/data-table.tsx';
import { ExportFooter } from '../export/export-footer.tsx';
import { TableDetails } from '../export/table-details.tsx';
import { distributionLegend, distributionOptions, distributionTable, linesOf } from './distribution-plot.ts';
import { figuresTable, meaningOf } from './figures-table.ts';
import { MatchLists } from './match-lists.tsx';
import { subjectName } from '../saes/subject.ts';
import type { PairData } from './pair-data.ts';
import { pairName } from './pair-name.ts';
import { pairState } from './pair-state.ts';

const HEIGHT = 340;

/** What two SAEs have in common: figures, distributions, and lists of latents. */
export function PairView({ data }: { data: PairData }) {
  const [state, setState] = useQueryStates(pairState);
  const { a, b } = data;
  const about = `A: ${subjectName(a.subject)}, ${a.label}; B: ${subjectName(b.subject)}, ${b.label}; ${a.hook}; ${integer(data.tokens)} held-out tokens; ${commitsOf(data)}.`;
  const lines = useMemo(() => linesOf(data), [data]);
  const options = useMemo(() => distributionOptions(lines, state.threshold), [lines, state.threshold]);
  const legend = distributionLegend(lines);
  const name = pairName(data);
  const figures = figuresTable(data, {
    name: `${name}-figures`,
    caption: `What two SAEs have in common. ${about}`,
  });
  const distribution = distributionTable(lines, {
    name: `${name}-cosines`,
    caption: `Cosines of the decoder rows of matched latents. ${about}`,
  });
  return (
    <>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <Card className="grid grid-cols-1 content-start gap-4 p-4 sm:p-5">
          <h2 className="text-base font-semibold">In common</h2>
          <DataTable
            table={figures}
            label="What the two SAEs have in common"
            renderCell={(_, column, text) =>
              column === 0 ? <span title={meaningOf(text)}>{text}</span> : undefined
            }
          />
          <ExportFooter table={figures}>
            Latents that fired on none of {integer(data.tokens)} held-out tokens are silent. They are left out
            of all figures but the last two. Random directions have the numbers and the dimension of these
            SAEs.
          </ExportFooter>
        </Card>
        <Card className="grid grid-cols-1 content-start gap-3 p-4 sm:p-5">
          <h2 className="text-base font-semibold">Distribution of cosines</h2>
          <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
            {lines.map(({ key, name: text, color, dashes }) => (
              <li key={key} className="flex items-center gap-1.5">
                <svg width={22} height={8} aria-hidden="true">
                  <line
                    x1={0}
                    x2={22}
                    y1={4}
                    y2={4}
                    stroke={color}
                    strokeWidth={2}
                    strokeDasharray={dashes}
                  />
                </svg>
                {text}
              </li>
            ))}
          </ul>
          <PlotFigure
            label="Distribution of the cosines of matched latents; the table below has the values"
            options={options}
            height={HEIGHT}
            table={distribution}
            legends={[legend]}
          />
          <TableDetails summary="Table of the distribution">
            <DataTable table={distribution} label="Distribution of cosines" />
          </TableDetails>
        </Card>
      </div>
      <MatchLists data={data} about={about} state={state} setState={setState} />
    </>
  );
}

function commitsOf({ a, b }: PairData): string {
  const commits = [...new Set([a.commit, b.commit].filter((commit) => commit !== null))];
  if (commits.length === 0) return 'commit unknown';
  return `${commits.length === 1 ? 'commit' : 'commits'} ${commits.join(', ')}`;
}
