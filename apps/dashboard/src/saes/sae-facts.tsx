import { integer } from '@sae-lab/measures';
import Link from 'next/link';
import { instant } from '../format/time.ts';
import { Facts, type Fact } from '../runs/facts.tsx';
import { jsonFacts } from '../runs/json-facts.ts';
import type { SaeDetails } from './load-sae.ts';
import { kindText } from './kind-text.ts';

/** Where an SAE that no run trained comes from, and what it was evaluated on. */
export function SaeFacts({ details: { row, activations, sweeps } }: { readonly details: SaeDetails }) {
  const { kind, source, architecture, hook, dIn, width, config, saeHash, createdAt, data } = row;
  const { dataset } = data ?? {};
  const links: Fact[] =
    sweeps.length === 0
      ? []
      : [
          [
            'Compared in',
            sweeps.map(({ id, name }, at) => (
              <span key={id}>
                {at === 0 ? '' : ', '}
                <Link href={`/sweeps/${id}`} prefetch={false} className="text-accent hover:underline">
                  {name}
                </Link>
              </span>
            )),
          ],
        ];
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Facts
        title="SAE"
        groups={[
          {
            facts: [
              ['Kind', kindText(kind)],
              ['Source', source],
              ['Architecture', architecture],
              ['Hook', hook],
              ['Dimension', integer(dIn)],
              ['Width', `${integer(width)} latents`],
              ['Hash', saeHash],
              ['Stored', instant(createdAt)],
              ...links,
            ],
          },
          { title: kind === 'baseline' ? 'Settings' : 'Its files', facts: jsonFacts(config) },
        ]}
      />
      <Facts
        title="Evaluated on"
        groups={[
          {
            facts:
              activations === undefined
                ? [['Data', 'not known']]
                : [
                    ['Model', activations.model],
                    ['Rows', integer(activations.rows)],
                    ['Activations', activations.id],
                  ],
          },
          { title: 'Documents', facts: jsonFacts(dataset) },
        ]}
      />
    </div>
  );
}
