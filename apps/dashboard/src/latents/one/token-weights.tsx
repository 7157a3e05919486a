import { Card } from '@tremor/react';
import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import type { TokenWeight } from '../text/features.ts';
import { namedToken } from '../text/token-text.ts';
import type { LatentDetails } from './load-latent.ts';

const weightText = formatOf({ label: '', form: 'fixed', digits: 2, meaning: '' });

/** The tokens whose logits the decoder row raises and lowers most. */
export function TokenWeights({ details }: { readonly details: LatentDetails }) {
  const { raised, lowered } = details.features;
  const largest = Math.max(1e-9, ...[...raised, ...lowered].map(({ weight }) => Math.abs(weight)));
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="text-base font-semibold">Tokens that it raises and lowers</h2>
      <p className="mb-2 text-xs text-soft">{LATENT_MEASURES.promoted.meaning}</p>
      {raised.length === 0 && lowered.length === 0 ? (
        <p className="text-[13px] text-soft">
          Unknown: the hook is not part of the residual stream, or the evaluation left the unembedding out.
        </p>
      ) : (
        <div className="grid grid-cols-2 gap-x-4">
          <Weights title="Raises" weights={raised} largest={largest} color="var(--accent)" />
          <Weights title="Lowers" weights={lowered} largest={largest} color="var(--variant-vermilion)" />
        </div>
      )}
    </Card>
  );
}

interface WeightsProps {
  readonly title: string;
  readonly weights: readonly TokenWeight[];
  readonly largest: number;
  readonly color: string;
}

function Weights({ title, weights, largest, color }: WeightsProps) {
  return (
    <table className="w-full table-fixed text-[13px]">
      <thead>
        <tr>
          <th scope="col" className="text-left text-xs font-medium text-soft">
            {title}
          </th>
          <th scope="col" className="w-14 text-right text-xs font-medium text-soft">
            Logit
          </th>
        </tr>
      </thead>
      <tbody>
        {weights.map(({ token, weight }, index) => (
          <tr key={index}>
            <td className="relative truncate py-0.5">
              <span
                aria-hidden="true"
                className="absolute inset-y-0.5 left-0 rounded-sm opacity-20"
                style={{ width: `${(100 * Math.abs(weight)) / largest}%`, backgroundColor: color }}
              />
              <bdi className="relative px-1 text-xs whitespace-pre">{namedToken(token)}</bdi>
            </td>
            <td className="text-right tabular-nums">{weightText(weight)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
