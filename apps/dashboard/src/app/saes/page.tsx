import { evaluationsOfSaes, listSaes, mainFigures } from '@sae-lab/db/reading';
import type { Metadata } from 'next';
import Link from 'next/link';
import { connection } from 'next/server';
import { Command, Message } from '../../components/message.tsx';
import { DatabaseProblem } from '../../components/database-problem.tsx';
import { read } from '../../database/read.ts';
import { saeListTable } from '../../saes/sae-list-table.ts';
import { SaeTable } from '../../saes/sae-table.tsx';

export const metadata: Metadata = { title: 'SAEs' };

/** SAEs that no run trained. */
export default async function SaesPage() {
  await connection();
  const { data, problem } = await read(async (db) => {
    const saes = await listSaes(db);
    const ids = saes.map(({ id }) => id);
    return { saes, figures: mainFigures(await evaluationsOfSaes(db, ids), 'saeId') };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  const { saes, figures } = data;
  if (saes.length === 0) {
    return (
      <Message title="No SAEs yet">
        <p>
          Baselines of sweeps, and SAEs that were trained elsewhere, appear here. This command evaluates one
          from a folder or from the hub on the data of a sweep:
        </p>
        <Command>pnpm evaluate hub:OWNER/NAME/PATH --like quickstart</Command>
        <p>The SAEs of runs are on the pages of the runs.</p>
      </Message>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h1 className="text-xl font-semibold tracking-tight">SAEs</h1>
        <span className="text-[13px] text-soft">baselines, and SAEs that were trained elsewhere</span>
        <Link
          href="/compare/saes"
          prefetch={false}
          className="text-[13px] text-accent hover:underline sm:ml-auto"
        >
          Compare two SAEs
        </Link>
      </div>
      <SaeTable table={saeListTable(saes, figures)} ids={saes.map(({ id }) => id)} />
    </div>
  );
}
