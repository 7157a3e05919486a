import Link from 'next/link';
import { Command, Message } from '../components/message.tsx';
import { DatabaseProblem } from '../components/database-problem.tsx';
import { read } from '../database/read.ts';
import { EvaluationTabs } from '../evaluations/evaluation-tabs.tsx';
import { intervalsOf } from '../evaluations/intervals-of.ts';
import { shownEvaluation } from '../evaluations/shown-evaluation.ts';
import { SaeLatents } from '../latents/interesting-latents.tsx';
import { RunFigures } from '../runs/run-figures.tsx';
import { RunHistograms } from '../runs/run-histograms.tsx';
import { shellWord } from '../format/shell-word.ts';
import { loadSae, type SaeDetails } from './load-sae.ts';
import type { SaeHeading } from './sae-heading.ts';
import { SaeFacts } from './sae-facts.tsx';
import { SaePageHead } from './sae-page-head.tsx';
import type { SaePageProps } from './sae-route.tsx';
import { subjectSegment } from './subject.ts';

/** An SAE that no run trained: its figures, a few latents, its distributions and where it comes from. */
export async function SaePage({ heading }: SaePageProps) {
  const { subject, label, captioned } = heading;
  if (subject.runId !== undefined) throw new TypeError('the page of a run is another one');
  const { data, problem } = await read((db) => loadSae(db, subject));
  if (problem) return <DatabaseProblem problem={problem} />;
  const { figures, evaluations, latents, histograms } = data;
  return (
    <div className="grid grid-cols-1 gap-4">
      <SaePageHead
        heading={heading}
        title={<span className="wrap-anywhere">{label}</span>}
        current="Overview"
      >
        <Link
          href={`/compare/saes?a=${subjectSegment(subject)}`}
          prefetch={false}
          className="text-[13px] text-accent hover:underline"
        >
          Compare with another SAE
        </Link>
      </SaePageHead>
      {evaluations.length === 0 ? (
        <Message title="This SAE is not evaluated yet">
          <p>This command measures it, and describes its latents:</p>
          <Command>{`pnpm evaluate ${commandTarget(heading, data)}`}</Command>
        </Message>
      ) : null}
      {Object.keys(figures).length > 0 ? (
        <RunFigures figures={figures} intervals={intervalsOf(figures, evaluations)} />
      ) : null}
      {evaluations.length > 0 ? <EvaluationTabs evaluations={evaluations.map(shownEvaluation)} /> : null}
      {latents ? <SaeLatents subject={subject} found={latents} /> : null}
      {histograms.length > 0 ? (
        <RunHistograms color="var(--accent)" histograms={histograms} sae={captioned} />
      ) : null}
      <SaeFacts details={data} />
    </div>
  );
}

/** Its id is enough once its activations are known. */
function commandTarget({ target, source }: SaeHeading, { activations, sweeps }: SaeDetails): string {
  if (activations !== undefined) return target;
  const sweep = shellWord(sweeps[0]?.name ?? 'quickstart');
  return source === null ? sweep : `${shellWord(source)} --like ${sweep}`;
}
