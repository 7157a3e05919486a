'use client';

import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { useState, type KeyboardEvent, type MouseEvent } from 'react';
import { directionOf } from './direction.ts';
import type { Example } from './features.ts';
import { shadeOf } from './shade.ts';
import { namedToken, shownToken } from './token-text.ts';

const format = formatOf(LATENT_MEASURES.max_activation);

interface ExampleTextProps {
  readonly example: Example;
  /** The activation of the full shade. */
  readonly largest: number;
  /** E.g. `Top example 1`. */
  readonly name: string;
  readonly onRead: (text: string) => void;
}

/**
 * A text with its tokens shaded by activation. Pointing at a token shows its activation; with the keyboard, the text is one
 * tab stop and the arrow keys move from token to token.
 */
export function ExampleText({ example, largest, name, onRead }: ExampleTextProps) {
  const { tokens, activations, at, document } = example;
  const [active, setActive] = useState<number>();
  const direction = directionOf(tokens);
  const move = (event: KeyboardEvent): void => {
    const forth = direction === 'ltr' ? 'ArrowRight' : 'ArrowLeft';
    const back = direction === 'ltr' ? 'ArrowLeft' : 'ArrowRight';
    const last = tokens.length - 1;
    const next = {
      [forth]: active === undefined ? 0 : active + 1,
      [back]: active === undefined ? last : active - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, next));
    setActive(index);
    onRead(`${namedToken(tokens[index]!)}: ${valueText(activations[index])}`);
  };
  const point = ({ target }: MouseEvent): void => {
    const index = (target as HTMLElement).closest<HTMLElement>('[data-token]')?.dataset['token'];
    setActive(index === undefined ? undefined : Number(index));
  };
  return (
    // As for a chart: one tab stop, whose arrow keys read its parts.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <p
      dir={direction}
      role="group"
      aria-label={`${name}, document ${integer(document)}, activation ${valueText(activations[at])}. Arrow keys read each token.`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={move}
      onBlur={() => setActive(undefined)}
      onMouseMove={point}
      onMouseLeave={() => setActive(undefined)}
      className="text-[13px] leading-7 wrap-anywhere"
    >
      {tokens.map((token, index) => {
        const { text, isStandIn } = shownToken(token);
        const activation = activations[index];
        return (
          <bdi
            key={index}
            data-token={index}
            className={`relative rounded-sm py-0.5 whitespace-pre-wrap ${isStandIn || activation === null ? 'text-soft' : ''} ${index === at ? 'font-semibold underline decoration-1 underline-offset-4' : ''} ${index === active ? 'outline outline-accent' : ''}`}
            style={{ backgroundColor: shadeOf((activation ?? 0) / largest) }}
          >
            {text}
            {index === active ? (
              <span
                aria-hidden="true"
                className="pointer-events-none absolute bottom-full left-0 z-20 rounded border border-line bg-surface px-1.5 text-xs leading-5 font-normal whitespace-nowrap text-ink no-underline shadow"
              >
                {valueText(activation)}
              </span>
            ) : null}
          </bdi>
        );
      })}
    </p>
  );
}

function valueText(activation: number | null | undefined): string {
  if (activation === null || activation === undefined) return 'not evaluated';
  return activation === 0 ? '0' : format(activation);
}
