import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import { svgElement } from '../../export/svg-element.ts';
import type { Example } from '../text/features.ts';
import { shownToken } from '../text/token-text.ts';

/** Pixels. */
const SIZE = { width: 900, text: 12, line: 20, gap: 8, margin: 12, value: 48 };
const FONT = 'Helvetica, Arial, sans-serif';
/** The shade of the largest activation; the page's colours are of its theme. */
const SHADE = '#d55e00';
const STRONGEST = 0.6;
const format = formatOf(LATENT_MEASURES.max_activation);

/** Examples with their shades as an SVG file on a white ground. */
export function examplesSvg(examples: readonly Example[], largest: number, caption: string): string {
  const context = document.createElement('canvas').getContext('2d')!;
  context.font = `${SIZE.text}px ${FONT}`;
  const root = svgElement(
    'svg',
    { 'font-family': FONT, 'font-size': SIZE.text },
    svgElement('title', {}, caption),
  );
  const ground = svgElement('rect', { width: '100%', height: '100%', fill: '#ffffff' });
  root.append(ground);
  let y = SIZE.margin;
  for (const { tokens, activations, at } of examples) {
    let x = SIZE.margin + SIZE.value;
    y += SIZE.line;
    const value = format(activations[at] ?? 0);
    root.append(svgElement('text', { x: SIZE.margin, y, fill: '#545b66' }, value));
    for (const [index, token] of tokens.entries()) {
      const { text } = shownToken(token);
      const width = context.measureText(text).width;
      if (x + width > SIZE.width - SIZE.margin && x > SIZE.margin + SIZE.value) {
        x = SIZE.margin + SIZE.value;
        y += SIZE.line;
      }
      const share = Math.min(1, (activations[index] ?? 0) / largest);
      if (share > 0) {
        const shade = { x, y: y - SIZE.text - 1, width, height: SIZE.line - 3, fill: SHADE };
        root.append(
          svgElement('rect', { ...shade, 'fill-opacity': (0.08 + (STRONGEST - 0.08) * share).toFixed(3) }),
        );
      }
      root.append(
        svgElement(
          'text',
          { x, y, fill: '#14161a', 'xml:space': 'preserve', ...(index === at && { 'font-weight': 'bold' }) },
          text,
        ),
      );
      x += width;
    }
    y += SIZE.gap;
  }
  root.append(
    svgElement('text', { x: SIZE.margin, y: y + SIZE.line, 'font-size': 10, fill: '#545b66' }, caption),
  );
  root.setAttribute('width', String(SIZE.width));
  root.setAttribute('height', String(y + SIZE.line + SIZE.margin));
  return new XMLSerializer().serializeToString(root);
}
