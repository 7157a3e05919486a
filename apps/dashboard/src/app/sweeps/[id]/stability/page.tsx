import type { Metadata } from 'next';
import { connection } from 'next/server';
import { notFound } from 'next/navigation';
import { loadStability } from '../../../../across/stability/load-stability.ts';
import { StabilityView } from '../../../../across/stability/stability-view.tsx';
import { Breadcrumbs } from '../../../../components/breadcrumbs.tsx';
import { PageLinks } from '../../../../components/page-links.tsx';
import { DatabaseProblem } from '../../../../components/database-problem.tsx';
import { idOf } from '../../../../database/id-of.ts';
import { read } from '../../../../database/read.ts';
import { sweepPages } from '../../../../sweeps/sweep-pages.ts';

export const metadata: Metadata = { title: 'Stability' };

export default async function StabilityPage({ params }: { params: Promise<{ id: string }> }) {
  await connection();
  const id = idOf((await params).id);
  if (id === undefined) notFound();
  const { data, problem } = await read((db) => loadStability(db, id));
  if (problem) return <DatabaseProblem problem={problem} />;
  if (!data) notFound();
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs
          trail={[
            { name: 'Sweeps', href: '/' },
            { name: data.sweep.name, href: `/sweeps/${data.sweep.id}` },
          ]}
        />
        <h1 className="text-xl font-semibold tracking-tight">Stability over seeds</h1>
        <PageLinks
          label="Pages of the sweep"
          pages={sweepPages(data.sweep.id)}
          current="Stability over seeds"
        />
      </div>
      <StabilityView data={data} />
    </div>
  );
}
