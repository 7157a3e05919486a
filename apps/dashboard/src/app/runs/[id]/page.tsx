import { runLabel } from '@sae-lab/measures';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { Breadcrumbs } from '../../../components/breadcrumbs.tsx';
import { DatabaseProblem } from '../../../components/database-problem.tsx';
import { ProgressMeter } from '../../../components/progress-meter.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { read } from '../../../database/read.ts';
import { EvaluationCard } from '../../../evaluations/evaluation-card.tsx';
import { LiveRefresh } from '../../../live/live-refresh.tsx';
import { AmbiguousRun } from '../../../runs/ambiguous-run.tsx';
import { chartedRun } from '../../../runs/charted-run.ts';
import { runCurves } from '../../../runs/curves.ts';
import { findRun } from '../../../runs/find-run.ts';
import { loadRun } from '../../../runs/load-run.ts';
import { RunCharts } from '../../../runs/run-charts.tsx';
import { RunError } from '../../../runs/run-error.tsx';
import { RunFacts } from '../../../runs/run-facts.tsx';
import { RunFigures } from '../../../runs/run-figures.tsx';
import { RunHistograms } from '../../../runs/run-histograms.tsx';
import { VariantNames } from '../../../variants/variant-names.tsx';
import { VariantMark } from '../../../variants/variant-mark.tsx';
import { variantStyle } from '../../../variants/variant-style.ts';

interface Props {
  params: Promise<{ id: string }>;
}

/** Cached per request, since the title needs it too. */
const load = cache((segment: string) =>
  read(async (db) => {
    const found = await findRun(db, segment);
    return found && 'id' in found ? await loadRun(db, found.id) : found;
  }),
);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = await load((await params).id);
  if (!data || !('run' in data)) return { title: 'Run' };
  const { run, coefficient } = data;
  return { title: `${runLabel({ variant: run.variant, coefficient })}, run ${run.id}` };
}

export default async function RunPage({ params }: Props) {
  const { data, problem } = await load((await params).id);
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!data) notFound();
  if ('candidates' in data) return <AmbiguousRun {...data} />;
  const { run, coefficient, version, sweeps, figures, histograms } = data;
  const { variant, hook, width, seed } = run;
  const { color } = variantStyle(run.variant, data.variantNames);
  const curves = runCurves(data.curves, data.variant?.curves ?? {}, color);
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs
          trail={[
            { name: 'Sweeps', href: '/' },
            ...sweeps.map(({ id, name }) => ({ name, href: `/sweeps/${id}` })),
          ]}
        />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="flex items-center gap-2 text-xl font-semibold tracking-tight">
            <VariantNames names={data.variantNames}>
              <VariantMark name={run.variant} />
            </VariantNames>
            {runLabel({ variant, coefficient })}
          </h1>
          <StatusBadge status={run.status} />
          <LiveRefresh of={`run/${run.id}`} version={version} running={run.status === 'running'} />
          {run.status === 'finished' ? null : <ProgressMeter done={run.step} total={run.totalSteps} />}
          <span className="text-[13px] text-soft sm:ml-auto">
            {hook}, width {width}, seed {seed}
          </span>
        </div>
      </div>
      <RunError run={run} />
      {Object.keys(figures).length > 0 ? <RunFigures figures={figures} /> : null}
      {data.evaluations.map((evaluation) => (
        <EvaluationCard key={evaluation.id} evaluation={evaluation} />
      ))}
      {curves.loss.length > 0 ? (
        <RunCharts curves={curves} run={chartedRun(run, runLabel({ variant, coefficient }))} />
      ) : null}
      {histograms.length > 0 ? (
        <RunHistograms
          color={color}
          histograms={histograms.map(({ name, edges, counts }) => ({ name, edges, counts }))}
        />
      ) : null}
      <RunFacts details={data} />
    </div>
  );
}
