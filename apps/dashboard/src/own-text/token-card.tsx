import { formatOf, LATENT_MEASURES, percent } from '@sae-lab/measures';
import type { SaeReading, ShownText } from '@sae-lab/text/answers';
import { namedToken } from '../latents/text/token-text.ts';
import { KnownTokens } from './known-tokens.tsx';
import type { KnownLatent } from './text-reply.ts';

const activationText = formatOf(LATENT_MEASURES.max_activation);

interface TokenCardProps {
  readonly text: ShownText;
  readonly sae: SaeReading;
  readonly known: Readonly<Record<number, KnownLatent>>;
  readonly row: number | undefined;
  readonly onHover: (latent: number | undefined) => void;
  readonly onChoose: (latent: number) => void;
}

/** Next to the table where there is room, otherwise above it and of a height that does not jump. */
const BOX = 'min-h-44 rounded-md border border-line p-3 @4xl:order-last';

/** The strongest latents of one token. */
export function TokenCard({ text, sae, known, row, onHover, onChoose }: TokenCardProps) {
  const token = row === undefined ? undefined : text.tokens.find((one) => one.row === row);
  if (row === undefined || token === undefined || sae.strongest[row] === undefined) {
    return (
      <p className={`border-dashed text-[13px] text-soft ${BOX}`}>
        Point at a token, or move to it with the arrow keys, to see its latents.
      </p>
    );
  }
  const error = sae.errors[row];
  return (
    <div className={BOX}>
      <h3 className="text-sm font-medium wrap-anywhere">
        <bdi className="whitespace-pre-wrap">{namedToken(token.text)}</bdi>
      </h3>
      <p className="mb-2 text-xs text-soft">
        Token {row + 1}: {sae.l0[row]} active latents, error {percent(1)(error)}
      </p>
      <ol className="grid grid-cols-1 gap-x-4 gap-y-0.5 text-[13px] @2xl:grid-cols-2 @4xl:grid-cols-1">
        {sae.strongest[row].map(([latent, value]) => (
          <li key={latent}>
            <button
              type="button"
              onMouseEnter={() => onHover(latent)}
              onMouseLeave={() => onHover(undefined)}
              onFocus={() => onHover(latent)}
              onBlur={() => onHover(undefined)}
              onClick={() => onChoose(latent)}
              className="grid w-full grid-cols-[3.5rem_minmax(0,1fr)_auto] gap-2 rounded px-1 text-left hover:bg-sunken"
            >
              <span>{latent}</span>
              <KnownTokens known={known[latent]} />
              <span>{activationText(value)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
