import Link from 'next/link';
import type { ReactNode } from 'react';
import { Command, Message } from '../components/message.tsx';
import type { Loaded } from './load-compare.ts';
import { MOST_RUNS } from './selection.ts';

const EXAMPLE = '/compare?runs=1-12,15,3fa94c01';

/** Shown instead of a comparison: what is wrong with the selection, and how to make one. */
export function CompareProblem({ loaded }: { loaded: Exclude<Loaded, { kind: 'data' }> }) {
  switch (loaded.kind) {
    case 'nothing-asked':
      return (
        <Message title="No runs selected">
          <p>
            Open a <Place href="/">sweep</Place> and follow “Compare runs”, select runs in the{' '}
            <Place href="/runs">table of all runs</Place>, or name the runs in the address by id, by range or
            by hash:
          </p>
          <Command what="the example">{EXAMPLE}</Command>
        </Message>
      );
    case 'bad-filter':
      return (
        <Message title="The filter cannot be read">
          <p className="whitespace-pre-line">{loaded.message}</p>
        </Message>
      );
    case 'no-sweep':
      return (
        <Message title="No such sweep">
          <p>
            The address names a sweep that the database does not have. The{' '}
            <Place href="/">list of sweeps</Place> has all of them.
          </p>
        </Message>
      );
    case 'too-many':
      return (
        <Message title="Too many runs">
          <p>
            A comparison shows 2 to {MOST_RUNS} runs. Name fewer runs in the address, e.g. a range of ids:
          </p>
          <Command what="the example">{EXAMPLE}</Command>
        </Message>
      );
    case 'too-few':
      return (
        <Message title={loaded.found === 0 ? 'No such runs' : 'One run is not a comparison'}>
          <p>
            A comparison needs at least 2 runs. {loaded.found === 0 ? 'None' : 'Only one'} of those in the
            address is in the database.
          </p>
          {loaded.unread.length > 0 ? (
            <p>
              These are neither an id nor 8 or more digits of a hash: {loaded.unread.slice(0, 3).join(', ')}
            </p>
          ) : null}
          <p>
            Select runs in the <Place href="/runs">table of all runs</Place>, or name them in the address:
          </p>
          <Command what="the example">{EXAMPLE}</Command>
        </Message>
      );
  }
}

function Place({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <Link href={href} prefetch={false} className="text-accent underline">
      {children}
    </Link>
  );
}
