'use client';

import { Card } from '@tremor/react';
import { inSentence, short } from '@sae-lab/measures';
import { useMemo, useState } from 'react';
import { Select } from '../../components/select.tsx';
import { captionOf } from '../../export/caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import { GroupName } from '../group-name.tsx';
import { groupsBy } from '../groups.ts';
import { measuresOf } from '../measures-of.ts';
import { Nothing } from '../nothing.tsx';
import { defaultTargets } from '../statistics/default-targets.ts';
import type { ViewProps } from '../view-props.ts';
import { alsoVarying } from './also-varying.ts';
import { MatchedReferencesCard } from './matched-references-card.tsx';
import { matchedRuns, matchedTable } from './matched-table.ts';
import { MatchedVerdict } from './matched-verdict.tsx';

/** Each group's measure at the same L0s, and its difference to a baseline. */
export function MatchedView({ rows, by, keys, references, provenance, state, setState }: ViewProps) {
  const measures = useMemo(() => measuresOf(rows).filter(({ key }) => key !== 'l0'), [rows]);
  const measure =
    measures.find(({ key }) => key === state.measure) ??
    measures.find(({ key }) => key === 'explained_variance') ??
    measures[0];
  const runs = useMemo(
    () => (measure === undefined ? [] : matchedRuns(rows, by.key, measure.key)),
    [rows, by.key, measure],
  );
  const groups = groupsBy(rows, by.key, by.styles);
  const names = [...new Set(runs.map(({ group }) => group))];
  const baseline = names.find((name) => name === state.baseline) ?? names[0];
  const targets = useMemo(
    () => state.l0?.filter((l0) => Number.isFinite(l0) && l0 > 0) ?? defaultTargets(runs),
    [state.l0, runs],
  );
  if (measure === undefined || baseline === undefined) {
    return (
      <Nothing title="No run has figures to compare">
        Runs get their figures when they finish. Runs that failed or diverged have none: see Curves and
        Configuration.
      </Nothing>
    );
  }
  const measured = inSentence(measure.label);
  const table = matchedTable({
    rows,
    by,
    measure,
    targets,
    baseline,
    caption: captionOf(
      `${measure.label} at matched L0 by ${inSentence(by.label)}, differences to ${baseline} paired by seed, 95 % t intervals.`,
      rows.filter(({ figures }) => figures['l0'] !== undefined && figures[measure.key] !== undefined),
      provenance,
    ),
  });
  const varying = alsoVarying(rows, by.key, keys);
  const groupColumn = table.headings.indexOf(by.label);
  const last = table.headings.length - 1;
  return (
    <div className="grid grid-cols-1 items-start gap-4 min-[125rem]:auto-cols-fr min-[125rem]:grid-flow-col min-[125rem]:grid-cols-none">
      <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
        <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
          <h2 className="text-base font-semibold">At matched L0</h2>
          <div className="flex flex-wrap gap-3 sm:ml-auto">
            <Select
              label="Measure"
              value={measure.key}
              options={measures.map(({ key, label }) => [key, label] as const)}
              onChange={(value) => void setState({ measure: value })}
            />
            <Select
              label="Baseline"
              value={baseline}
              options={names.map((name) => [name, name] as const)}
              onChange={(value) => void setState({ baseline: value })}
            />
            <Targets targets={targets} onChange={(l0) => void setState({ l0 })} />
          </div>
        </div>
        {varying.length > 0 ? (
          <p className="max-w-3xl text-[13px]">
            Runs of one group differ in {varying.map(({ label }) => label).join(', ')}, and are interpolated
            together. Group by one of these to compare them apart.
          </p>
        ) : null}
        {targets.length === 0 ? (
          <p className="text-soft">
            No two groups reach the same L0, and nothing is extrapolated. Enter L0s to see each group by
            itself.
          </p>
        ) : (
          <DataTable
            table={table}
            label="At matched L0"
            renderCell={(row, column, text) => {
              const cell = table.cells[row]!;
              if (column === groupColumn)
                return <GroupName group={groups.find(({ name }) => name === text)} name={text} />;
              if (column === last && cell.verdict !== undefined)
                return <MatchedVerdict verdict={cell.verdict} text={text} />;
              return text.startsWith('Outside ') ? <span className="text-soft">{text}</span> : undefined;
            }}
          />
        )}
        <ExportFooter table={table}>
          The {measured} of each seed is interpolated in log L0 between the two runs next to the L0, and never
          extrapolated. Differences are paired by seed. Brackets are 95 % t intervals over seeds; where one
          spans 0, the groups cannot be distinguished.
        </ExportFooter>
      </Card>
      <MatchedReferencesCard {...{ rows, by, references, provenance, groups, measure }} />
    </div>
  );
}

const show = short(4);

/** L0s, separated by commas or spaces. They apply on Enter or when the field loses the focus. */
function Targets({
  targets,
  onChange,
}: {
  targets: readonly number[];
  onChange: (l0: number[] | null) => void;
}) {
  const written = targets.map((l0) => show(l0)).join(', ');
  const [text, setText] = useState<string>();
  const apply = () => {
    if (text === undefined) return;
    const numbers = text
      .split(/[\s,;]+/)
      .map(Number)
      .filter((l0) => Number.isFinite(l0) && l0 > 0);
    onChange(numbers.length === 0 ? null : [...new Set(numbers)].toSorted((a, b) => a - b));
    setText(undefined);
  };
  return (
    <label className="flex items-center gap-2 text-[13px] text-soft">
      L0s
      <input
        value={text ?? written}
        onChange={(event) => setText(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => event.key === 'Enter' && apply()}
        inputMode="decimal"
        className="w-44 rounded-md border border-line-strong bg-surface px-2 py-1 text-ink"
      />
    </label>
  );
}
