import { Card } from '@tremor/react';
import { figuresIn, figureText } from '@sae-lab/measures';

/** What the SAE, as saved, does on held-out activations. */
export function RunFigures({ figures }: { figures: Readonly<Record<string, number>> }) {
  return (
    <Card className="p-4 sm:p-5">
      <h2 className="mb-3 text-base font-semibold">On held-out activations</h2>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]">
        {figuresIn(Object.keys(figures)).map((figure) => (
          <div key={figure.key} className="flex flex-col-reverse justify-end" title={figure.meaning}>
            <dt className="text-xs text-balance text-soft">{figure.label}</dt>
            <dd className="text-lg leading-7 font-medium">{figureText(figure, figures[figure.key])}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
