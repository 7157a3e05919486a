import type { SaeSubject } from '@sae-lab/db/reading';
import { latentPath } from '../latents/latent-path.ts';
import { around } from '../latents/text/features.ts';
import { Snippet } from '../latents/text/snippet.tsx';
import { TokenChips } from '../latents/text/token-chips.tsx';
import type { ShownLatent } from './load-list.ts';

interface LatentGlanceProps {
  /** Names the SAE where the two are not side by side. */
  readonly side: 'A' | 'B';
  readonly subject: SaeSubject;
  readonly shown: ShownLatent;
  /** Numbers next to the index, e.g. the cosine. */
  readonly children?: React.ReactNode;
}

/** Tokens of context before and after the one that an example is about. */
const CONTEXT = [7, 3] as const;

/** A latent with a link to its page, the token that it raises most, and its strongest example. */
export function LatentGlance({ side, subject, shown, children }: LatentGlanceProps) {
  const { latent, raisedToken, example } = shown;
  return (
    <div className="grid min-w-0 gap-0.5">
      <div className="flex flex-wrap items-baseline gap-x-3 text-[13px]">
        <span className="text-xs text-soft md:hidden">{side}</span>
        {/* Not Next's link: a page of 50 rows would prefetch 100 pages. */}
        <a href={latentPath(subject, latent)} className="font-medium text-accent hover:underline">
          Latent {latent}
        </a>
        {children}
        {raisedToken === null || raisedToken === undefined ? null : (
          <span className="text-xs text-soft">
            raises <TokenChips tokens={[raisedToken]} />
          </span>
        )}
      </div>
      {example === null || example === undefined ? null : (
        <p className="truncate text-xs leading-5">
          {/* The strongest example: its token has the latent's largest activation. */}
          <Snippet example={around(example, ...CONTEXT)} largest={example.activations[example.at] ?? 0} />
        </p>
      )}
    </div>
  );
}
