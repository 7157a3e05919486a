import { TokenChips } from '../latents/text/token-chips.tsx';
import type { KnownLatent } from './text-reply.ts';

/** The tokens that characterise a latent: those that it raises, or where these are unknown the one that it fires on. */
export function KnownTokens({ known }: { known: KnownLatent | undefined }) {
  const tokens = known === undefined ? [] : known.raised.length > 0 ? known.raised : [known.topToken ?? ''];
  return (
    <span className="truncate leading-5.5">
      <TokenChips tokens={tokens.filter((token) => token !== '')} />
    </span>
  );
}
