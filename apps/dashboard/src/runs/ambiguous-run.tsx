import Link from 'next/link';
import { Message } from '../components/message.tsx';
import { MOST_LISTED, type Found } from './find-run.ts';

/** Lists the runs that a hash may mean which is too short to tell them apart. */
export function AmbiguousRun({ candidates }: Extract<Found, { candidates: unknown }>) {
  return (
    <Message title="Several runs have a hash that begins so">
      <p>Give more digits, or choose one:</p>
      <ul className="grid gap-1">
        {candidates.slice(0, MOST_LISTED).map(({ id, hash, variant, hook, width, seed }) => (
          <li key={id} className="wrap-anywhere">
            <Link href={`/runs/${id}`} prefetch={false} className="font-mono text-accent hover:underline">
              {hash}
            </Link>{' '}
            {variant}, {hook}, width {width}, seed {seed}
          </li>
        ))}
      </ul>
      {candidates.length > MOST_LISTED ? <p>There are more.</p> : null}
    </Message>
  );
}
