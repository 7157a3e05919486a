import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import { shadeOf } from './shade.ts';

const STEPS = [0.05, 0.25, 0.5, 0.75, 1];

/** What the shades of tokens stand for. */
export function ShadeLegend({ largest }: { readonly largest: number }) {
  const format = formatOf(LATENT_MEASURES.max_activation);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-soft">
      <span className="inline-flex items-center gap-1.5">
        Activation 0
        <span aria-hidden="true" className="inline-flex overflow-hidden rounded-sm border border-line">
          {STEPS.map((share) => (
            <span key={share} className="h-3 w-5" style={{ backgroundColor: shadeOf(share) }} />
          ))}
        </span>
        {format(largest)}
      </span>
      <span>
        <span className="font-semibold text-ink underline decoration-1 underline-offset-4">token</span> the
        one that an example is about
      </span>
      <span>↵ new line, ⇥ tab, · space</span>
    </div>
  );
}
