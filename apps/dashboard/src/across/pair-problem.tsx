import Link from 'next/link';
import { Command, Message } from '../components/message.tsx';
import type { LoadedPair } from './load-pair.ts';

const EXAMPLE = '/compare/saes?a=3&b=4';

/** Shown instead of a pair: what is missing, and how to get it. */
export function PairProblem({ loaded }: { loaded: Exclude<LoadedPair, { kind: 'data' }> }) {
  switch (loaded.kind) {
    case 'nothing-asked':
      return (
        <Message title="No SAEs selected">
          <p>
            Open a{' '}
            <Link href="/" prefetch={false} className="text-accent underline">
              sweep
            </Link>
            , follow “Stability over seeds” and a pair of seeds there, or name two runs of one hook in the
            address:
          </p>
          <Command what="the example">{EXAMPLE}</Command>
        </Message>
      );
    case 'no-run':
      return (
        <Message title="No such run">
          <p>
            {loaded.segment} is neither the id of a run nor 8 or more digits of the hash of one. The table of
            all runs has both.
          </p>
        </Message>
      );
    case 'same-run':
      return (
        <Message title="One SAE is not a pair">
          <p>
            Both names stand for run {loaded.run.id}. Name another run of the hook {loaded.run.hook}.
          </p>
        </Message>
      );
    case 'other-hook':
      return (
        <Message title="The SAEs are of different hooks">
          <p>
            Run {loaded.a.id} is of {loaded.a.hook}, run {loaded.b.id} of {loaded.b.hook}. Latents of
            different hooks have no cosine. Name two runs of one hook.
          </p>
        </Message>
      );
    case 'not-matched':
      return (
        <Message title="These SAEs are not matched yet">
          <p>
            {loaded.a.label} (<RunLink id={loaded.a.id} />) and {loaded.b.label} (<RunLink id={loaded.b.id} />
            ). This command matches their latents:
          </p>
          <Command>{`pnpm evaluate ${loaded.a.hash.slice(0, 8)} --with ${loaded.b.hash.slice(0, 8)}`}</Command>
        </Message>
      );
  }
}

function RunLink({ id }: { id: number }) {
  return (
    <Link href={`/runs/${id}`} prefetch={false} className="text-accent underline">
      run {id}
    </Link>
  );
}
