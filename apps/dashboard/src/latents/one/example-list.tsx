'use client';

import { Card } from '@tremor/react';
import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { useState } from 'react';
import { ExampleText } from '../text/example-text.tsx';
import { ShadeLegend } from '../text/shade-legend.tsx';
import type { Example } from '../text/features.ts';
import type { LatentDetails } from './load-latent.ts';

const format = formatOf(LATENT_MEASURES.max_activation);

/** The top examples of a latent and a sample of each band of activation. */
export function ExampleList({ details }: { readonly details: LatentDetails }) {
  /** What the keyboard reads, for screen readers. */
  const [read, setRead] = useState('');
  const { maxActivation: largest } = details;
  const { top, bands } = details.features;
  if (top.length === 0 && bands.length === 0) {
    return (
      <Card className="p-5 text-soft">
        {details.density === 0
          ? `The latent never fired on the ${integer(details.tokens)} evaluated tokens, so it has no examples.`
          : 'The evaluation stored no examples: its settings `top` and `perBand` are 0.'}
      </Card>
    );
  }
  return (
    <Card className="grid min-w-0 grid-cols-1 gap-4 overflow-x-clip p-4 sm:p-5">
      <ShadeLegend largest={largest} />
      <p role="status" className="sr-only">
        {read}
      </p>
      {top.length === 0 ? null : (
        <section aria-labelledby="top-examples">
          <h2 id="top-examples" className="text-base font-semibold">
            Top examples
          </h2>
          <Examples examples={top} name="Top example" largest={largest} onRead={setRead} />
        </section>
      )}
      {bands.length === 0 ? null : (
        <section aria-labelledby="bands">
          <h2 id="bands" className="text-base font-semibold">
            By band of activation
          </h2>
          <p className="text-xs text-soft">
            Most latents look clean on their largest activations. Each band is a random sample.
          </p>
          {bands.map(({ from, to, examples }) => (
            <div key={from} className="mt-3">
              <h3 className="text-[13px] font-medium text-soft">
                {from === 0 ? `Below ${format(to)}` : `${format(from)} to ${format(to)}`}
              </h3>
              <Examples
                examples={examples}
                name={`Example of the band from ${format(from)}, number`}
                largest={largest}
                onRead={setRead}
              />
            </div>
          ))}
        </section>
      )}
    </Card>
  );
}

interface ExamplesProps {
  readonly examples: readonly Example[];
  readonly name: string;
  readonly largest: number;
  readonly onRead: (text: string) => void;
}

function Examples({ examples, name, largest, onRead }: ExamplesProps) {
  return (
    <ol className="mt-1 grid grid-cols-1 divide-y divide-line">
      {examples.map((example, index) => (
        <li key={index} className="grid grid-cols-[3.5rem_minmax(0,1fr)] items-baseline gap-x-2 py-1">
          <span className="text-right text-xs text-soft tabular-nums">
            {format(example.activations[example.at] ?? 0)}
          </span>
          <ExampleText example={example} largest={largest} name={`${name} ${index + 1}`} onRead={onRead} />
        </li>
      ))}
    </ol>
  );
}
