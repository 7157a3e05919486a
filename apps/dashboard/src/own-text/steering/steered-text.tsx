import { short } from '@sae-lab/measures';
import type { SteerAnswer } from '@sae-lab/text/answers';
import { backgroundOf } from '../token-line.tsx';
import { runningToken, visibleToken } from '../token-text.ts';

interface SteeredTextProps {
  readonly answer: SteerAnswer;
  readonly latent: number;
  /** The first steered token, without the prepended one. */
  readonly from: number;
  readonly onFrom: (from: number) => void;
}

/** The text with the latent's own activations. A click on a token steers from there on. */
export function SteeredText({
  answer: { text, activations, amount },
  latent,
  from,
  onFrom,
}: SteeredTextProps) {
  const largest = Math.max(0, ...activations.map((value) => value ?? 0));
  const prepended = text.prependsBos ? 1 : 0;
  const value = short(3);
  return (
    <section aria-label="The steered text">
      <h2 className="text-base font-semibold">Text</h2>
      <p className="mb-1 text-xs text-soft">
        {amount === null
          ? `Latent ${latent} is ablated on the underlined tokens.`
          : `${value(amount)} × the decoder row of latent ${latent} is added on the underlined tokens.`}{' '}
        Shaded by its own activation, at most {value(largest)}. Click a token to steer from there.
      </p>
      <p className="max-h-80 overflow-y-auto rounded-md bg-sunken/50 p-3 text-[15px] leading-7 wrap-anywhere">
        {text.tokens.map((token, position) => {
          const activation = activations[position] ?? null;
          if (activation === null) {
            return (
              <span
                key={position}
                className="mr-0.5 text-xs text-soft"
                title="The SAE does not read this token"
              >
                {runningToken(token.text)}
              </span>
            );
          }
          const isSteered = position - prepended >= from;
          const words = activation === 0 ? 'not active' : value(activation);
          return (
            <button
              key={position}
              type="button"
              aria-label={`${visibleToken(token.text)}: ${words}${isSteered ? ', steered' : ''}. Steer from here`}
              title={`${visibleToken(token.text)} · ${words}`}
              onClick={() => onFrom(position - prepended)}
              className={`rounded-[3px] whitespace-pre-wrap ${isSteered ? 'underline decoration-accent decoration-2 underline-offset-4' : ''}`}
              style={{ background: backgroundOf(largest === 0 ? 0 : activation / largest) }}
            >
              {runningToken(token.text)}
            </button>
          );
        })}
        {text.cutBy === null ? null : <span className="ml-2 text-xs text-soft">… cut here</span>}
      </p>
    </section>
  );
}
