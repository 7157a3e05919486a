import type { SaeSubject } from '@sae-lab/db/reading';
import { Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import Link from 'next/link';
import { LatentCard } from './list/latent-card.tsx';
import { latentPath, latentsPath } from './latent-path.ts';
import type { InterestingLatents } from './load-interesting.ts';

interface SaeLatentsProps {
  readonly subject: SaeSubject;
  readonly found: InterestingLatents;
}

/** On the page of an SAE: a few latents that are worth a look, and the way to all of them. */
export function SaeLatents({ subject, found }: SaeLatentsProps) {
  return (
    <Card className="min-w-0 p-4 sm:p-5" id="latents">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-base font-semibold">Latents</h2>
        <span className="text-[13px] text-soft">
          {found.isLabelled ? 'the strongest with a label' : 'the strongest that fire on few tokens'}
        </span>
        <Link
          href={latentsPath(subject)}
          prefetch={false}
          className="text-[13px] text-accent hover:underline sm:ml-auto"
        >
          All {integer(found.total)} latents
        </Link>
      </div>
      <ul className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3 min-[125rem]:grid-cols-6">
        {found.rows.map((row) => (
          <li key={row.latent} className="min-w-0">
            <LatentCard row={row} path={latentPath(subject, row.latent)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
