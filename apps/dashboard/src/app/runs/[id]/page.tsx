import { runLabel } from '@sae-lab/measures';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { Notes } from '../../../annotations/notes.tsx';
import { TagList } from '../../../annotations/tag-list.tsx';
import { Breadcrumbs } from '../../../components/breadcrumbs.tsx';
import { DatabaseProblem } from '../../../components/database-problem.tsx';
import { ProgressMeter } from '../../../components/progress-meter.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { read } from '../../../database/read.ts';
import { EvaluationTabs } from '../../../evaluations/evaluation-tabs.tsx';
import { intervalsOf } from '../../../evaluations/intervals-of.ts';
import { shownEvaluation } from '../../../evaluations/shown-evaluation.ts';
import { SaeLatents } from '../../../latents/interesting-latents.tsx';
import { LiveRefresh } from '../../../live/live-refresh.tsx';
import { RunActions } from '../../../runs/actions/run-actions.tsx';
import { AmbiguousRun } from '../../../runs/ambiguous-run.tsx';
import { chartedRun } from '../../../runs/charted-run.ts';
import { runCurves } from '../../../runs/curves.ts';
import { findRun } from '../../../runs/find-run.ts';
import { loadRun } from '../../../runs/load-run.ts';
import { isOfNotebook } from '../../../runs/notebook/notebook-histograms.ts';
import { RunPlots } from '../../../runs/run-plots.tsx';
import { RunError } from '../../../runs/run-error.tsx';
import { RunFacts } from '../../../runs/run-facts.tsx';
import { RunFigures } from '../../../runs/run-figures.tsx';
import { RunHistograms } from '../../../runs/run-histograms.tsx';
import { SaePages } from '../../../saes/sae-pages.tsx';
import { sweepTrail } from '../../../sweeps/sweep-trail.ts';
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
  const charted = chartedRun(run, runLabel({ variant, coefficient }), data.clock);
  const cancelling = run.status === 'running' && run.cancelRequestedAt !== null;
  const distributions = histograms.map(({ name, edges, counts }) => ({ name, edges, counts }));
  const others = distributions.filter(({ name: histogram }) => !isOfNotebook(histogram));
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs trail={sweepTrail(sweeps)} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="flex min-w-0 items-center gap-2 text-xl font-semibold tracking-tight wrap-anywhere">
            <VariantNames names={data.variantNames}>
              <VariantMark name={run.variant} />
            </VariantNames>
            {runLabel({ variant, coefficient })}
          </h1>
          <StatusBadge status={run.status} {...(cancelling && { label: 'Cancelling' })} />
          <LiveRefresh of={`run/${run.id}`} version={version} running={run.status === 'running'} />
          {run.status === 'finished' ? null : <ProgressMeter done={run.step} total={run.totalSteps} />}
          <span className="min-w-0 text-[13px] text-soft wrap-anywhere sm:ml-auto">
            {hook}, width {width}, seed {seed}
          </span>
        </div>
        {run.status === 'finished' ? <SaePages subject={{ runId: run.id }} current="Overview" /> : null}
        <div className="mt-3 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="grid gap-2">
            <TagList tags={data.tags} path="/api/runs/tags" body={{ runIds: [run.id] }} />
            <Notes notes={run.notes} path={`/api/runs/${run.id}`} />
          </div>
          <RunActions
            id={run.id}
            status={run.status}
            cancelling={cancelling}
            sweeps={sweeps.map(({ name }) => name)}
          />
        </div>
      </div>
      <RunError run={run} />
      {Object.keys(figures).length > 0 ? (
        <RunFigures figures={figures} intervals={intervalsOf(figures, data.evaluations)} />
      ) : null}
      {data.evaluations.length > 0 ? (
        <EvaluationTabs evaluations={data.evaluations.map(shownEvaluation)} />
      ) : null}
      {data.latents ? <SaeLatents subject={{ runId: run.id }} found={data.latents} /> : null}
      <RunPlots
        curves={curves}
        run={charted}
        histograms={distributions.filter(({ name: histogram }) => isOfNotebook(histogram))}
        color={color}
      />
      {others.length > 0 ? <RunHistograms color={color} histograms={others} sae={charted} /> : null}
      <RunFacts details={data} />
    </div>
  );
}
