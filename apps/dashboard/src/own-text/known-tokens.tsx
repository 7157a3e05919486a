import type { KnownLatent } from './text-reply.ts';
import { visibleToken } from './token-text.ts';

/** The tokens that characterise a latent: those that it raises, or where these are unknown the one that it fires on. */
export function KnownTokens({ known }: { known: KnownLatent | undefined }) {
  const tokens = known === undefined ? [] : known.raised.length > 0 ? known.raised : [known.topToken ?? ''];
  return (
    <span className="truncate font-mono text-xs leading-5.5 text-soft">
      {tokens
        .filter((token) => token !== '')
        .map(visibleToken)
        .join(' ')}
    </span>
  );
}
