'use client';

import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import type { SteerAnswer } from '@sae-lab/text/answers';
import { useState } from 'react';
import { scaled } from '../shading.ts';
import { TokenLine } from '../token-line.tsx';

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
  const [row, setRow] = useState<number>();
  const value = formatOf(LATENT_MEASURES.max_activation);
  const prepended = text.prependsBos ? 1 : 0;
  /** The token of each row, counted without the prepended one. */
  const tokenOf = text.tokens.flatMap((token, position) => (token.row === null ? [] : position - prepended));
  const isSteered = (at: number): boolean => tokenOf[at]! >= from;
  const own = tokenOf.map((token) => activations[token + prepended] ?? 0);
  const wordsOf = (one: number, at: number): string =>
    `${one === 0 ? 'not active' : value(one)}${isSteered(at) ? ', steered' : ''}`;
  const title =
    amount === null
      ? `Latent ${latent} is ablated on the underlined tokens.`
      : `${value(amount)} × the decoder row of latent ${latent} is added on the underlined tokens.`;
  return (
    <section aria-label="The steered text">
      <h2 className="text-base font-semibold">Text</h2>
      <p className="mb-1 text-xs text-soft">
        {title} Shaded by its own activation, at most {value(Math.max(0, ...own))}. Click a token, or press
        Enter on it, to steer from there.
      </p>
      <TokenLine
        text={text}
        shading={{ title, ...scaled(own, wordsOf) }}
        row={row}
        onRow={setRow}
        onPick={(at) => onFrom(tokenOf[at]!)}
        isMarked={isSteered}
      />
    </section>
  );
}
