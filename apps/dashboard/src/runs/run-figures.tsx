import { Card } from '@tremor/react';
import { fixed, integer, percent, significant, type Format } from '@sae-lab/measures';

/** Name, meaning and form of what an evaluation says, the most asked for first. */
const FIGURES: Record<string, readonly [name: string, format: Format]> = {
  l0: ['L0', fixed(1)],
  explained_variance: ['explained variance', fixed(4)],
  mse: ['MSE', significant(4)],
  cosine: ['cosine', fixed(4)],
  l2_ratio: ['l2 ratio', fixed(3)],
  relative_reconstruction_bias: ['reconstruction bias γ', fixed(3)],
  l1: ['L1', significant(4)],
  dead_fraction: ['dead latents', percent(1)],
  dense_fraction_1pc: ['fire on > 1 % of tokens', percent(1)],
  dense_fraction_10pc: ['fire on > 10 % of tokens', percent(1)],
  mmcs: ['MMCS with the true directions', fixed(4)],
  recovered: ['true directions recovered', percent(1)],
  evaluation_tokens: ['evaluation tokens', integer],
};

/** What the SAE, as it was saved, does on held-out activations. */
export function RunFigures({ evaluation }: { evaluation: Readonly<Record<string, number>> }) {
  const known = Object.keys(FIGURES).filter((metric) => metric in evaluation);
  const others = Object.keys(evaluation).filter((metric) => !Object.hasOwn(FIGURES, metric));
  return (
    <Card className="p-4 sm:p-5">
      <h2 className="mb-3 text-base font-semibold">On held-out activations</h2>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
        {[...known, ...others].map((metric) => {
          const [name, format] = FIGURES[metric] ?? [metric, significant(4)];
          return (
            <div key={metric} className="flex flex-col-reverse justify-end">
              <dt className="text-xs text-soft">{name}</dt>
              <dd className="text-lg leading-7 font-medium">{format(definedOrNull(evaluation[metric]))}</dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

/** NaN stands for a figure that is undefined on these activations, e.g. the explained variance of a single one. */
function definedOrNull(figure: number | undefined): number | null {
  return figure === undefined || Number.isNaN(figure) ? null : figure;
}
