import type { Metadata } from 'next';
import Link from 'next/link';
import { connection } from 'next/server';
import { createLoader, parseAsString, type SearchParams } from 'nuqs/server';
import { loadPair } from '../../../across/load-pair.ts';
import { PairProblem } from '../../../across/pair-problem.tsx';
import { PairView } from '../../../across/pair-view.tsx';
import type { PairSae } from '../../../across/pair-data.ts';
import { Breadcrumbs } from '../../../components/breadcrumbs.tsx';
import { PageLinks } from '../../../components/page-links.tsx';
import { DatabaseProblem } from '../../../components/database-problem.tsx';
import { read } from '../../../database/read.ts';
import { subjectName, subjectPath, subjectSegment } from '../../../saes/subject.ts';
import { sweepTrail } from '../../../sweeps/sweep-trail.ts';

export const metadata: Metadata = { title: 'Compare SAEs' };

const requested = createLoader({ a: parseAsString, b: parseAsString });

export default async function SaesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await connection();
  const asked = await requested(searchParams);
  const { data: loaded, problem } = await read((db) =>
    loadPair(db, asked.a ?? undefined, asked.b ?? undefined),
  );
  if (problem) return <DatabaseProblem problem={problem} />;
  if (loaded.kind !== 'data') return <PairProblem loaded={loaded} />;
  const { data } = loaded;
  const sweep = data.sweeps[0];
  const [a, b] = [subjectSegment(data.a.subject), subjectSegment(data.b.subject)];
  const runs = [data.a.subject.runId, data.b.subject.runId];
  return (
    <div className="grid grid-cols-1 gap-4">
      <div>
        <Breadcrumbs
          trail={data.sweeps.length > 0 ? sweepTrail(data.sweeps) : [{ name: 'Runs', href: '/runs' }]}
        />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight">Two SAEs</h1>
          <span className="text-[13px] text-soft sm:ml-auto">{data.a.hook}</span>
        </div>
        <PageLinks
          label="Pages of the pair"
          pages={[
            { name: 'Swap A and B', href: `/compare/saes?a=${b}&b=${a}` },
            ...(runs.includes(undefined)
              ? []
              : [{ name: 'Compare their figures', href: `/compare?runs=${runs.join(',')}` }]),
            { name: 'Read one text with both', href: `${subjectPath(data.a.subject)}/text?with=${b}` },
            ...(sweep === undefined
              ? []
              : [{ name: 'Stability over seeds', href: `/sweeps/${sweep.id}/stability` }]),
          ]}
        />
        <dl className="mt-2 grid gap-1 text-[13px]">
          <Side name="A" sae={data.a} />
          <Side name="B" sae={data.b} />
        </dl>
      </div>
      <PairView data={data} key={`${a} ${b}`} />
    </div>
  );
}

function Side({ name, sae }: { name: string; sae: PairSae }) {
  return (
    <div className="flex gap-2">
      <dt className="font-medium">{name}</dt>
      <dd>
        {sae.label},{' '}
        <Link href={subjectPath(sae.subject)} prefetch={false} className="text-accent underline">
          {subjectName(sae.subject)}
        </Link>
      </dd>
    </div>
  );
}
