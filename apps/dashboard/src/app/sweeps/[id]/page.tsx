import {
  evaluationsOfSweep,
  listVariants,
  mainFigures,
  runsOfSweep,
  saesOfSweep,
  sweepById,
  sweepVersion,
} from '@sae-lab/db/reading';
import { asValue } from '@sae-lab/db/filter';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Breadcrumbs } from '../../../components/breadcrumbs.tsx';
import { DatabaseProblem } from '../../../components/database-problem.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { sweepBadge } from '../../../components/status.ts';
import { idOf } from '../../../database/id-of.ts';
import { read } from '../../../database/read.ts';
import { ReferenceTable } from '../../../evaluations/reference-table.tsx';
import { instant } from '../../../format/time.ts';
import { LiveRefresh } from '../../../live/live-refresh.tsx';
import { countBy } from '../../../sweeps/entries.ts';
import { pack } from '../../../sweeps/pack.ts';
import { runRows } from '../../../sweeps/run-row.ts';
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
    const rows = runRows(await runsOfSweep(db, id), variants, mainFigures(evaluations, 'runId'));
    return { sweep, version, rows, variants, evaluations, saes: await saesOfSweep(db, id) };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!data) notFound();
  const { sweep, version, rows, variants, evaluations, saes } = data;
  const running = sweep.status === 'running' || rows.some(({ status }) => status === 'running');
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs trail={[{ name: 'Sweeps', href: '/' }]} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight">{sweep.name}</h1>
          <StatusBadge {...sweepBadge(sweep.status, countBy(rows))} />
          <LiveRefresh of={`sweep/${id}`} version={version} running={running} />
          {rows.length > 1 ? (
            <Link
              href={`/compare?sweep=${id}`}
              prefetch={false}
              className="text-[13px] text-accent hover:underline"
            >
              Compare runs
            </Link>
          ) : null}
          <span className="text-[13px] text-soft sm:ml-auto">
            <Link
              href={`/runs?filter=${encodeURIComponent(`sweep = ${asValue(sweep.name)}`)}`}
              prefetch={false}
              className="text-accent underline"
            >
              In the table of all runs
            </Link>
            , {sweep.file}, last started {instant(sweep.lastStartedAt)}
          </span>
        </div>
      </div>
      <SweepView
        sweep={sweep.name}
        packed={pack(rows)}
        variantNames={[...new Set(variants.map(({ name }) => name))]}
      />
      {saes.length > 0 ? <ReferenceTable saes={saes} evaluations={evaluations} /> : null}
    </div>
  );
}
