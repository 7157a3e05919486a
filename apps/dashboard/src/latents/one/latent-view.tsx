import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { ActivationHistogram } from './activation-histogram.tsx';
import { ExampleList } from './example-list.tsx';
import { LatentFigures } from './latent-figures.tsx';
import { LatentNotes } from './latent-notes.tsx';
import { LatentProbing } from './latent-probing.tsx';
import type { LatentDetails } from './load-latent.ts';
import { SimilarLatents } from './similar-latents.tsx';
import { TokenWeights } from './token-weights.tsx';

interface LatentViewProps {
  readonly details: LatentDetails;
  readonly sae: CaptionedSae;
  /** What scores the latents of this SAE. */
  readonly probingCommand: string;
}

/** What is known of a latent: its examples on the left, its numbers and relatives on the right. */
export function LatentView({ details, sae, probingCommand }: LatentViewProps) {
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)] min-[125rem]:grid-cols-[minmax(0,4fr)_minmax(0,5fr)]">
      <div className="grid grid-cols-1 gap-4">
        <LatentNotes key={details.latent} details={details} subject={sae.subject} />
        <ExampleList details={details} />
      </div>
      <div className="grid grid-cols-1 items-start gap-4 min-[125rem]:grid-cols-2">
        <div className="grid grid-cols-1 gap-4">
          <LatentFigures details={details} />
          <LatentProbing details={details} command={probingCommand} />
        </div>
        <TokenWeights details={details} />
        <ActivationHistogram details={details} sae={sae} />
        <SimilarLatents details={details} subject={sae.subject} />
      </div>
    </div>
  );
}
