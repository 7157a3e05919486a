'use client';

import type { ShownText, ShownToken } from '@sae-lab/text/answers';
import { useRef, type KeyboardEvent } from 'react';
import { useRovingIndex } from '../charts/use-roving-index.ts';
import { shadeOf } from '../latents/text/shade.ts';
import { namedToken, shownToken } from '../latents/text/token-text.ts';
import type { Shading } from './shading.ts';

interface TokenLineProps {
  readonly text: ShownText;
  readonly shading: Shading;
  /** The row under the pointer or with the focus. */
  readonly row: number | undefined;
  readonly onRow: (row: number | undefined) => void;
  /** Called for a row that is clicked, or on which Enter is pressed. */
  readonly onPick?: (row: number) => void;
  /** Rows that are underlined. */
  readonly isMarked?: (row: number) => boolean;
}

const MARKED = 'underline decoration-accent decoration-2 underline-offset-4';

/** The text with its tokens shaded. One tab stop; arrow keys move from token to token. */
export function TokenLine({
  text: shown,
  shading,
  row,
  onRow,
  onPick,
  isMarked = () => false,
}: TokenLineProps) {
  const { tokens, cutBy, rows } = shown;
  const line = useRef<HTMLDivElement>(null);
  const move = (to: number): void => {
    onRow(to);
    line.current?.querySelector<HTMLElement>(`[data-row="${to}"]`)?.focus();
  };
  const roving = useRovingIndex(rows, move);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onRow(undefined);
    roving.onKeyDown(event);
  };
  const first = roving.active ?? 0;
  return (
    <div
      ref={line}
      role="listbox"
      // The tab stop is one of the tokens.
      tabIndex={-1}
      aria-label="Tokens of the text"
      onKeyDown={onKeyDown}
      className="max-h-96 overflow-y-auto rounded-md bg-sunken/50 p-3 text-[15px] leading-7 wrap-anywhere whitespace-pre-wrap"
    >
      {tokens.map((token, index) => {
        const startsPiece = token.piece > (tokens[index - 1]?.piece ?? 0);
        const breakAfter = token.text.endsWith('\n') ? <br key={`${index} break`} /> : null;
        if (token.row === null)
          return [startsPiece && <PieceBreak key={`${index} piece`} />, <Unread key={index} token={token} />];
        const at = token.row;
        const named = namedToken(token.text);
        const { text, isStandIn } = shownToken(token.text);
        return [
          startsPiece && <PieceBreak key={`${index} piece`} />,
          // Not a button: lines would break inside words.
          <span
            key={index}
            role="option"
            data-row={at}
            tabIndex={at === first ? 0 : -1}
            aria-selected={at === row}
            aria-label={`${named}, token ${at + 1}: ${shading.words[at]}`}
            title={`${named}: ${shading.words[at]}`}
            onFocus={() => {
              roving.setActive(at);
              onRow(at);
            }}
            onMouseEnter={() => onRow(at)}
            onClick={() => onPick?.(at)}
            onKeyDown={({ key }) => (key === 'Enter' ? onPick?.(at) : undefined)}
            className={`rounded-sm ${isStandIn ? 'text-soft' : ''} ${onPick === undefined ? '' : 'cursor-pointer'} ${at === row ? 'outline-2 outline-accent' : ''} ${isMarked(at) ? MARKED : ''}`}
            style={{ backgroundColor: shadeOf(shading.strengths[at]!) }}
          >
            {text}
          </span>,
          breakAfter,
        ];
      })}
      {cutBy === null ? null : <span className="ml-2 text-xs text-soft">… cut here</span>}
    </div>
  );
}

/** A token without activations, such as the prepended one. */
function Unread({ token }: { token: ShownToken }) {
  return (
    <span className="mr-0.5 text-xs text-soft" title="The SAE does not read this token">
      {shownToken(token.text).text}
    </span>
  );
}

/** The model reads each piece by itself. */
function PieceBreak() {
  return (
    <span className="my-1 block border-t border-dashed border-line-strong pt-1 text-xs text-soft">
      The context starts again here
    </span>
  );
}
