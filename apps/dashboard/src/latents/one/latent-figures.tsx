import { Card } from '@tremor/react';
import { formatOf, integer, LATENT_MEASURES, short, type Measure } from '@sae-lab/measures';
import type { LatentDetails } from './load-latent.ts';
import { wilsonInterval } from './wilson.ts';

const percentOf = short(3);

/** The numbers of a latent. */
export function LatentFigures({ details }: { readonly details: LatentDetails }) {
  const { density, maxActivation, tokens, features, nearest } = details;
  const interval = wilsonInterval(density, tokens);
  const activation = formatOf(LATENT_MEASURES.max_activation);
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="mb-2 text-base font-semibold">Figures</h2>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-[13px]">
        <Figure measure={LATENT_MEASURES.density}>
          {formatOf(LATENT_MEASURES.density)(density)}{' '}
          {interval === undefined ? null : (
            <span
              className="text-soft"
              title="95 % interval of Wilson; it takes the tokens as independent of each other"
            >
              [{percentOf(interval.low)}, {percentOf(interval.high)}]
            </span>
          )}
          <span className="block text-xs text-soft">
            fired on {integer(Math.round(density * tokens))} of {integer(tokens)} tokens
          </span>
        </Figure>
        <Figure measure={LATENT_MEASURES.max_activation}>{activation(maxActivation)}</Figure>
        {nearest[0] === undefined ? null : (
          <Figure measure={LATENT_MEASURES.max_cosine}>
            {formatOf(LATENT_MEASURES.max_cosine)(nearest[0].cosine)}
          </Figure>
        )}
        {features.quantiles.map(({ p, value }) => (
          <Figure
            key={p}
            measure={{
              label: p === 0.5 ? 'Median activation' : `${Math.round(p * 100)} % quantile`,
              meaning: 'Of the activations above 0, with a relative error of at most 3.2 %.',
            }}
          >
            {activation(value)}
          </Figure>
        ))}
      </dl>
    </Card>
  );
}

function Figure({ measure, children }: { readonly measure: Measure; readonly children: React.ReactNode }) {
  return (
    <>
      <dt className="text-soft" title={measure.meaning}>
        {measure.label}
      </dt>
      <dd className="text-right tabular-nums">{children}</dd>
    </>
  );
}
