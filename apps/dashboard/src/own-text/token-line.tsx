'use client';

import type { ShownText, ShownToken } from '@sae-lab/text/answers';
import { useRef, type KeyboardEvent } from 'react';
import { useRovingIndex } from '../charts/use-roving-index.ts';
import type { Shading } from './shading.ts';
import { runningToken, visibleToken } from './token-text.ts';

interface TokenLineProps {
  readonly text: ShownText;
  readonly shading: Shading;
  readonly row: number | undefined;
  readonly onRow: (row: number | undefined) => void;
}

/** The share of the accent colour behind the strongest token. Letters keep a contrast of 4.5:1. */
const DARKEST = 45;

/** The text with its tokens shaded. One tab stop; arrow keys move from token to token. */
export function TokenLine({ text: { tokens, cutBy, rows }, shading, row, onRow }: TokenLineProps) {
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
      role="toolbar"
      aria-label="Tokens of the text"
      onKeyDown={onKeyDown}
      className="max-h-96 overflow-y-auto rounded-md bg-sunken/50 p-3 text-[15px] leading-7 wrap-anywhere"
    >
      {tokens.map((token, index) => (
        <span key={index}>
          {token.piece > (tokens[index - 1]?.piece ?? 0) ? <PieceBreak /> : null}
          {token.row === null ? (
            <Unread token={token} />
          ) : (
            <button
              type="button"
              data-row={token.row}
              tabIndex={token.row === first ? 0 : -1}
              aria-label={`${visibleToken(token.text)}, token ${token.row + 1}: ${shading.words[token.row]}`}
              title={`${visibleToken(token.text)} · ${shading.words[token.row]}`}
              onFocus={() => {
                roving.setActive(token.row!);
                onRow(token.row!);
              }}
              onMouseEnter={() => onRow(token.row!)}
              className={`rounded-[3px] whitespace-pre-wrap ${token.row === row ? 'outline-2 outline-accent' : ''}`}
              style={{ background: backgroundOf(shading.strengths[token.row]!) }}
            >
              {runningToken(token.text)}
            </button>
          )}
          {token.text.endsWith('\n') ? <br /> : null}
        </span>
      ))}
      {cutBy === null ? null : <span className="ml-2 text-xs text-soft">… cut here</span>}
    </div>
  );
}

export function backgroundOf(strength: number): string {
  return `color-mix(in srgb, var(--accent) ${(DARKEST * strength).toFixed(1)}%, transparent)`;
}

/** A token without activations, such as the prepended one. */
function Unread({ token }: { token: ShownToken }) {
  return (
    <span className="mr-0.5 text-xs whitespace-pre-wrap text-soft" title="The SAE does not read this token">
      {runningToken(token.text)}
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
