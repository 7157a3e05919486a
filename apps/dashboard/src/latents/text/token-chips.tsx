import { NOTHING } from '@sae-lab/measures';
import { namedToken } from './token-text.ts';

/** Tokens of a latent, each in a box, since commas and spaces are tokens too. */
export function TokenChips({ tokens }: { readonly tokens: readonly string[] }) {
  if (tokens.length === 0) return <span className="text-soft">{NOTHING}</span>;
  return tokens.map((token, index) => (
    <bdi key={index} className="mr-1 inline-block rounded bg-sunken px-1 leading-5 text-xs whitespace-pre">
      {namedToken(token)}
    </bdi>
  ));
}
