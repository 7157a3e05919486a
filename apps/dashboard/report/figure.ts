import { createRequire } from 'node:module';
import * as Plot from '@observablehq/plot';
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { FONT, framedChart, type Surroundings } from '../src/export/framed-chart.ts';
import { COLORS } from './colors.ts';
import { trusted, type Html } from './html.ts';

// The export code makes its elements in the document of the page.
const { document } = parseHTML('<html><body></body></html>');
Object.assign(globalThis, { document });

/** Pixels of a figure on a phone. */
const NARROW = 340;
/** Pixels of the PNG per unit of the SVG. */
const SCALE = 2;
/** Width of a letter of the shipped font by its size, on average. */
const LETTER = 0.58;
const TEXT_SIZE = 11;
// Shipped, because a server may have no fonts.
const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/** A figure in the page, and as files that need no style sheet. */
export interface Figure {
  readonly inline: Html;
  readonly svg: string;
  readonly png: Uint8Array;
}

interface FigureOptions extends Surroundings {
  readonly label: string;
  /** Pixels of the figure in files and on wide screens. */
  readonly width: number;
  readonly height: (width: number) => number;
  readonly options: (width: number) => Plot.PlotOptions;
}

/** Draws a figure of the dashboard without a browser. The page has it twice, for wide screens and for phones. */
export function figureOf(figure: FigureOptions): Figure {
  const { width, height, caption, legends } = figure;
  const wide = drawn(figure, width);
  const narrow = drawn(figure, NARROW);
  wide.setAttribute('class', 'wide');
  narrow.setAttribute('class', 'narrow');
  const inline = trusted(`${wide.outerHTML}${narrow.outerHTML}`);
  wide.removeAttribute('class');
  const framed = framedChart(
    withColors(wide),
    { caption, legends },
    {
      width,
      height: height(width),
      fontSize: `${TEXT_SIZE}px`,
      colorOf: resolved,
      measureIn: () => (text) => text.length * TEXT_SIZE * LETTER,
    },
  );
  framed.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const svg = `${framed.outerHTML}\n`;
  return { inline, svg, png: pngOf(svg) };
}

function drawn({ label, height, options }: FigureOptions, width: number): SVGSVGElement {
  const plot = Plot.plot({
    ...options(width),
    document,
    width,
    height: height(width),
    ariaLabel: label,
  }) as unknown as SVGSVGElement;
  // The page's policy refuses style elements, and the page has its own font.
  for (const style of plot.querySelectorAll('style')) style.remove();
  for (const mark of plot.querySelectorAll('[aria-label]')) mark.removeAttribute('aria-label');
  for (const name of ['font-family', 'font-size']) plot.removeAttribute(name);
  plot.setAttribute('role', 'img');
  return plot;
}

function pngOf(svg: string): Uint8Array {
  const font = { fontFiles: [FONT_FILE], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  const withFont = svg.replaceAll(`font-family="${FONT}"`, 'font-family="DejaVu Sans"');
  return new Resvg(withFont, { font, fitTo: { mode: 'zoom', value: SCALE } }).render().asPng();
}

/** A copy with every colour of the style sheet written out, as in the light theme. */
function withColors(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('color', resolved('var(--text-soft)'));
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name, value } of element.attributes)
      if (value.includes('var(')) element.setAttribute(name, resolved(value));
  }
  return copy;
}

function resolved(color: string): string {
  return color.replaceAll(/var\(--([\w-]+)\)/g, (_, name: string) => COLORS.get(name) ?? 'currentColor');
}
