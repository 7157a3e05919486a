import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { Resvg } from '@resvg/resvg-js';
import { makeFolder, writeAtomic } from '@sae-lab/core/files';
import { parseHTML } from 'linkedom';

const WIDTH = 640;
const HEIGHT = 400;
/** Pixels of the PNG per unit of the SVG. */
const SCALE = 2;
// Shipped, because a server may have no fonts. It has the mathematical signs of our labels.
const FONT = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/**
 * Draws a plot with a title, without a browser.
 *
 * @returns the text of an SVG file
 */
export function svgOf(title: string, { marks = [], ...options }: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 60,
    marginTop: 40,
    ariaLabel: title,
    style: { background: 'white', color: '#222', fontFamily: "'DejaVu Sans', sans-serif", fontSize: '11px' },
    ...options,
    marks: [...marks, Plot.text([title], { frameAnchor: 'top', dy: -28, fontSize: 13 })],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}

/**
 * Writes a plot as SVG and as PNG.
 *
 * @param name without extension
 * @throws {SaeLabError} `files.*`
 */
export async function writePlot(folder: string, name: string, svg: string): Promise<void> {
  const font = { fontFiles: [FONT], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  const png = new Resvg(svg, { background: 'white', font, fitTo: { mode: 'zoom', value: SCALE } })
    .render()
    .asPng();
  await makeFolder(folder);
  await writeAtomic(join(folder, `${name}.svg`), Buffer.from(svg));
  await writeAtomic(join(folder, `${name}.png`), png);
}
