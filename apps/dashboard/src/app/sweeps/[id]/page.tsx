import {
  evaluationsOfSweep,
  listVariants,
  livingWorkers,
  mainFigures,
  runsOfSweep,
  saesOfSweep,
  sweepById,
  sharedRuns,
  sweepVersion,
  tagsOfSweep,
} from '@sae-lab/db/reading';
import { asValue } from '@sae-lab/db/filter';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Notes } from '../../../annotations/notes.tsx';
import { TagList } from '../../../annotations/tag-list.tsx';
import { Breadcrumbs } from '../../../components/breadcrumbs.tsx';
import { DatabaseProblem } from '../../../components/database-problem.tsx';
import { PageLinks } from '../../../components/page-links.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { sweepBadge } from '../../../components/status.ts';
import { idOf } from '../../../database/id-of.ts';
import { read } from '../../../database/read.ts';
import { ReferenceTable } from '../../../evaluations/reference-table.tsx';
import { instant } from '../../../format/time.ts';
import { LiveRefresh } from '../../../live/live-refresh.tsx';
import { SweepActions } from '../../../sweeps/actions/sweep-actions.tsx';
import { countBy } from '../../../sweeps/entries.ts';
import { failureGroups } from '../../../sweeps/failures/failure-groups.ts';
import { FailuresCard } from '../../../sweeps/failures/failures-card.tsx';
import { isInQueue } from '../../../sweeps/is-in-queue.ts';
import { pack } from '../../../sweeps/pack.ts';
import { ProgressCard } from '../../../sweeps/progress/progress-card.tsx';
import { WorkersCard } from '../../../sweeps/progress/workers-card.tsx';
import { runRows } from '../../../sweeps/run-row.ts';
import { ShareCard } from '../../../sweeps/share-card.tsx';
import { sweepPages } from '../../../sweeps/sweep-pages.ts';
import { SweepView } from '../../../sweeps/sweep-view.tsx';

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = idOf((await params).id);
  const { data } = id === undefined ? {} : await read((db) => sweepById(db, id));
  return { title: data?.name ?? 'Sweep' };
}

export default async function SweepPage({ params }: Props) {
  const id = idOf((await params).id);
  if (id === undefined) notFound();
  const { data, problem } = await read(async (db) => {
    const sweep = await sweepById(db, id);
    if (!sweep) return undefined;
    // The version comes first: a change during the other queries then triggers a refresh.
    const version = await sweepVersion(db, id);
    const evaluations = await evaluationsOfSweep(db, id);
    const variants = await listVariants(db);
    const runs = await runsOfSweep(db, id);
    const rows = runRows(runs, variants, mainFigures(evaluations, 'runId'));
    const saes = await saesOfSweep(db, id);
    const [tags, shared] = [await tagsOfSweep(db, id), await sharedRuns(db, id)];
    const workers = isInQueue(sweep) ? await livingWorkers(db) : [];
    return {
      sweep,
      version,
      workers,
      runs,
      rows,
      variants,
      evaluations,
      saes,
      tags,
      shared,
      now: Date.now(),
    };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!data) notFound();
  const { sweep, version, runs, rows, variants, evaluations, saes, tags } = data;
  const counts = countBy(rows);
  const running = sweep.status === 'running' || (counts.running ?? 0) > 0;
  const shared = new Set(data.shared);
  const unfinished = rows.filter(({ status }) => ['queued', 'running', 'interrupted'].includes(status));
  const retryable = rows.filter(({ status }) => ['failed', 'diverged', 'cancelled'].includes(status));
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs trail={[{ name: 'Sweeps', href: '/' }]} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="min-w-0 text-xl font-semibold tracking-tight wrap-anywhere">{sweep.name}</h1>
          <StatusBadge {...sweepBadge(sweep.status, counts)} />
          {sweep.archivedAt === null ? null : <span className="text-[13px] text-soft">Archived</span>}
          <LiveRefresh of={`sweep/${id}`} version={version} running={running} />
          <span className="min-w-0 text-[13px] text-soft wrap-anywhere sm:ml-auto">
            {sweep.file}, last started {instant(sweep.lastStartedAt)}
          </span>
        </div>
        <PageLinks
          label="Pages of the sweep"
          pages={sweepPages(id, { canCompare: rows.length > 1 })}
          current="Overview"
        >
          <Link
            href={`/runs?filter=${encodeURIComponent(`sweep = ${asValue(sweep.name)}`)}`}
            prefetch={false}
            className="text-accent hover:underline"
          >
            Select runs in the table
          </Link>
        </PageLinks>
        <div className="mt-3 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="grid gap-2">
            <TagList tags={tags} path={`/api/sweeps/${id}/tags`} />
            <Notes notes={sweep.notes} path={`/api/sweeps/${id}`} />
          </div>
          <SweepActions
            id={id}
            name={sweep.name}
            archived={sweep.archivedAt !== null}
            running={running}
            cancelling={running && sweep.cancelRequestedAt !== null}
            training={counts.running ?? 0}
            waiting={unfinished.length - (counts.running ?? 0)}
            shared={unfinished.filter((row) => shared.has(row.id)).length}
            retryable={retryable.map((row) => row.id)}
          />
        </div>
      </div>
      <ProgressCard sweep={sweep} runs={runs} rows={rows} workers={data.workers} now={data.now} />
      <WorkersCard workers={data.workers} runs={runs} />
      <FailuresCard groups={failureGroups(runs)} />
      <SweepView
        sweep={sweep.name}
        packed={pack(rows)}
        variants={variants.map(({ name, mathVersion }) => ({ name, mathVersion }))}
      />
      {saes.length > 0 ? <ReferenceTable sweep={sweep.name} saes={saes} evaluations={evaluations} /> : null}
      {(counts.finished ?? 0) > 0 ? <ShareCard sweep={sweep.name} /> : null}
    </div>
  );
}
