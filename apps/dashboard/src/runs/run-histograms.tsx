import type { Histogram } from '@sae-lab/db/reading';
import { histogramsIn } from '@sae-lab/measures';
import { Collapsible } from '../components/collapsible.tsx';
import type { CaptionedSae } from '../saes/captioned-sae.ts';
import { HistogramCard } from './histogram-card.tsx';

interface RunHistogramsProps {
  readonly histograms: readonly Histogram[];
  readonly color: string;
  readonly sae: CaptionedSae;
}

/** The histograms of an SAE, in the order of the vocabulary. */
export function RunHistograms({ histograms, color, sae }: RunHistogramsProps) {
  const byName = new Map(histograms.map((histogram) => [histogram.name, histogram]));
  return (
    <Collapsible title="Distributions">
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3 min-[125rem]:grid-cols-4">
        {histogramsIn(byName.keys()).map(({ key }) => (
          <HistogramCard key={key} histogram={byName.get(key)!} color={color} sae={sae} />
        ))}
      </div>
    </Collapsible>
  );
}
