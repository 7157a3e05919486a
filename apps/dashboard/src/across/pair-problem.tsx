import Link from 'next/link';
import { capitalised } from '@sae-lab/measures';
import { Command, Message } from '../components/message.tsx';
import { subjectName, subjectPath } from '../saes/subject.ts';
import type { LoadedPair } from './load-pair.ts';
import { PairChooser } from './pair-chooser.tsx';
import type { PairSae } from './pair-data.ts';

/** Shown instead of a pair: what is missing, and how to get it. */
export function PairProblem({ loaded }: { loaded: Exclude<LoadedPair, { kind: 'data' }> }) {
  switch (loaded.kind) {
    case 'nothing-asked':
      return (
        <Message title={loaded.a || loaded.b ? 'Choose another SAE' : 'No SAEs selected'}>
          <p>Choose two SAEs of one hook, or follow a pair of seeds from the stability page of a sweep.</p>
          <PairChooser {...loaded} />
        </Message>
      );
    case 'no-sae':
      return (
        <Message title="No such SAE">
          <p>
            {loaded.segment} is neither the id of a run, nor 8 or more digits of the hash of one, nor the id
            of another SAE such as sae-3. The table of all runs has the first two,{' '}
            <Link href="/saes" prefetch={false} className="text-accent underline">
              the list of SAEs
            </Link>{' '}
            the last.
          </p>
        </Message>
      );
    case 'same-sae':
      return (
        <Message title="One SAE is not a pair">
          <p>
            Both names stand for {subjectName(loaded.sae.subject)}. Name another SAE of the hook{' '}
            {loaded.sae.hook}.
          </p>
        </Message>
      );
    case 'other-hook':
      return (
        <Message title="The SAEs are of different hooks">
          <p>
            {capitalised(subjectName(loaded.a.subject))} is of {loaded.a.hook},{' '}
            {subjectName(loaded.b.subject)} of {loaded.b.hook}. Latents of different hooks have no cosine.
            Name two SAEs of one hook.
          </p>
        </Message>
      );
    case 'not-matched':
      return (
        <Message title="These SAEs are not matched yet">
          <p>
            {loaded.a.label} (<SaeLink sae={loaded.a} />) and {loaded.b.label} (<SaeLink sae={loaded.b} />
            ). This command matches their latents:
          </p>
          <Command>{`pnpm evaluate ${loaded.a.target} --with ${loaded.b.target}`}</Command>
        </Message>
      );
  }
}

function SaeLink({ sae: { subject } }: { sae: PairSae }) {
  return (
    <Link href={subjectPath(subject)} prefetch={false} className="text-accent underline">
      {subjectName(subject)}
    </Link>
  );
}
