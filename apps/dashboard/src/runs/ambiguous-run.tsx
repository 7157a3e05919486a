import { runLabel } from '@sae-lab/measures';
import Link from 'next/link';
import { Message } from '../components/message.tsx';
import { MOST_LISTED, type Found } from './find-run.ts';

/** Lists the runs whose hashes start with the given digits. */
export function AmbiguousRun({ candidates }: Extract<Found, { candidates: unknown }>) {
  return (
    <Message title="Several runs match this hash">
      <p>Add more digits to the address, or choose a run:</p>
      <ul className="grid gap-1">
        {candidates.slice(0, MOST_LISTED).map(({ id, runHash, variant, hook, width, seed }) => (
          <li key={id} className="wrap-anywhere">
            <Link href={`/runs/${id}`} prefetch={false} className="font-mono text-accent hover:underline">
              {runHash}
            </Link>{' '}
            {runLabel({ variant, hook, width, seed })}
          </li>
        ))}
      </ul>
      {candidates.length > MOST_LISTED ? <p>Only the first {MOST_LISTED} matches are listed.</p> : null}
    </Message>
  );
}
