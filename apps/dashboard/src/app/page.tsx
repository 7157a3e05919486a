import { listSweeps, sweepsVersion } from '@sae-lab/db/reading';
import { connection } from 'next/server';
import { createLoader, parseAsString, type SearchParams } from 'nuqs/server';
import { DatabaseProblem } from '../components/database-problem.tsx';
import { Command, Message } from '../components/message.tsx';
import { read } from '../database/read.ts';
import { LiveRefresh } from '../live/live-refresh.tsx';
import { SweepList } from '../sweeps/sweep-list.tsx';

interface Props {
  searchParams: Promise<SearchParams>;
}

const requested = createLoader({ archived: parseAsString, tag: parseAsString });

export default async function SweepsPage({ searchParams }: Props) {
  await connection();
  const { archived, tag } = await requested(searchParams);
  // The version comes first: a change during the other queries then triggers a refresh.
  const { data, problem } = await read(async (db) => ({
    version: await sweepsVersion(db),
    sweeps: await listSweeps(db),
  }));
  if (problem) return <DatabaseProblem problem={problem} />;
  const running = data.sweeps.some(({ status, runs }) => status === 'running' || (runs.running ?? 0) > 0);
  const live = <LiveRefresh of="sweeps" version={data.version} running={running} />;
  if (data.sweeps.length === 0) {
    return (
      <Message title="No sweeps yet">
        <p>The database is empty. Run the quickstart sweep, which takes a few minutes:</p>
        <Command>pnpm sweep</Command>
        <p>It appears here as soon as it starts. {live}</p>
      </Message>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex items-baseline justify-between gap-4">
        <h1 className="text-xl font-semibold tracking-tight">Sweeps</h1>
        {live}
      </div>
      <SweepList sweeps={data.sweeps} archived={archived !== null} tag={tag ?? undefined} />
    </div>
  );
}
