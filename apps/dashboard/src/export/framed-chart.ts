import type { Legend } from './legend.ts';
import { drawnLegends } from './legend-svg.ts';
import { svgElement } from './svg-element.ts';

/** Of the caption under the chart. */
const CAPTION = { size: 10, line: 14 };
/** Around everything, in pixels. */
const MARGIN = 8;
/** Width of a letter by the size of its font, on average. */
const LETTER = 0.52;
export const FONT = 'Helvetica, Arial, sans-serif';

/** What an image states in addition to the chart. */
export interface Surroundings {
  readonly caption: string;
  readonly legends: readonly Legend[];
}

/** What a chart looks like where it is drawn: in a page, or without a browser. */
export interface Looks {
  /** Of the chart, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly fontSize: string;
  /** Resolves a colour of the style sheet. */
  readonly colorOf: (color: string) => string;
  /** The width of a text in a font, in pixels. */
  readonly measureIn: (font: string) => (text: string) => number;
}

/**
 * A chart with its legends and its caption under it, in one image that needs no style sheet.
 *
 * @param chart its colours are written out
 */
export function framedChart(
  chart: SVGSVGElement,
  { caption, legends }: Surroundings,
  { width, height: chartHeight, fontSize, colorOf, measureIn }: Looks,
): SVGSVGElement {
  const legend = drawnLegends(legends, {
    left: MARGIN,
    width,
    top: MARGIN + chartHeight,
    font: FONT,
    colorOf,
    measureIn,
  });
  const height = MARGIN + chartHeight + legend.height;
  const lines = wrapped(caption, width / (CAPTION.size * LETTER));
  for (const [name, value] of Object.entries({ x: MARGIN, y: MARGIN, width, height: chartHeight }))
    chart.setAttribute(name, String(value));
  return svgElement(
    'svg',
    {
      width: width + 2 * MARGIN,
      height: height + lines.length * CAPTION.line + MARGIN,
      'font-family': FONT,
      'font-size': fontSize,
    },
    svgElement('title', {}, caption),
    svgElement('rect', { width: '100%', height: '100%', fill: colorOf('var(--surface)') }),
    chart,
    legend.element,
    svgElement(
      'text',
      { 'font-size': CAPTION.size, fill: colorOf('var(--text-soft)') },
      ...lines.map((line, index) =>
        svgElement('tspan', { x: MARGIN, y: height + (index + 1) * CAPTION.line }, line),
      ),
    ),
  );
}

/** The text in lines of at most this number of letters, where its words allow that. */
function wrapped(text: string, letters: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!;
    if (line === '' || line.length + 1 + word.length <= letters) {
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
