import { runLabel } from '@sae-lab/measures';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { Message } from '../components/message.tsx';
import { RunPages } from '../runs/run-pages.tsx';
import { sweepTrail } from '../sweeps/sweep-trail.ts';
import type { NamedRun, TextPage } from './load-text-page.ts';

interface TextPageHeadProps {
  readonly title: 'Your own text' | 'Steering';
  readonly page: TextPage;
}

/** Where a page is, and what it is about. */
export function TextPageHead({ title, page: { run, sweeps, obstacle } }: TextPageHeadProps) {
  return (
    <div>
      <Breadcrumbs
        trail={[...sweepTrail(sweeps), { name: `${run.label}, run ${run.id}`, href: `/runs/${run.id}` }]}
      />
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <span className="text-[13px] text-soft">{runText(run)}</span>
      </div>
      {obstacle === 'unfinished' ? null : <RunPages runId={run.id} current={title} />}
    </div>
  );
}

function runText({ label, hook, width, seed }: NamedRun): string {
  return runLabel({ variant: label, hook, width, seed });
}

/** Instead of a page that the run cannot have. */
export function Obstacle({ page: { run, obstacle } }: { page: TextPage }) {
  return obstacle === 'unfinished' ? (
    <Message title="This run has no SAE yet">
      <p>Run {run.id} has not finished. Its SAE can read text when it has.</p>
    </Message>
  ) : (
    <Message title="This SAE cannot read text">
      <p>
        The activations of run {run.id} are synthetic or imported. There is no language model that could turn
        a text into activations.
      </p>
      <p>Open a run of a sweep with a model.</p>
    </Message>
  );
}
