import type { Legend } from './legend.ts';
import { drawnLegends } from './legend-svg.ts';
import { svgElement } from './svg-element.ts';

/** Pixels of the PNG per unit of the SVG. */
const SCALE = 2;
/** What the page's style sheet decides and a file must state. */
const STYLED = ['fill', 'stroke'] as const;

/** Of the caption under the chart. */
const CAPTION = { size: 10, line: 14 };
/** Around everything, in pixels. */
const MARGIN = 8;
/** Width of a letter by the size of its font, on average. */
const LETTER = 0.52;
const FONT = 'Helvetica, Arial, sans-serif';

/** What an image states in addition to the chart. */
export interface Surroundings {
  readonly caption: string;
  readonly legends: readonly Legend[];
}

/** A chart of the page as a file, with its legends and its caption: every colour is written out, in the theme that is shown. */
export function standaloneSvg(svg: SVGSVGElement, surroundings: Surroundings): string {
  return new XMLSerializer().serializeToString(drawn(svg, surroundings));
}

/** The same as an image of twice the size. */
export async function pngOf(svg: SVGSVGElement, surroundings: Surroundings): Promise<Blob> {
  const whole = drawn(svg, surroundings);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(whole))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Number(whole.getAttribute('width')) * SCALE;
  canvas.height = Number(whole.getAttribute('height')) * SCALE;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the image has no pixels'))),
      'image/png',
    );
  });
}

/** The chart with its legends and its caption under it, in one image. */
function drawn(svg: SVGSVGElement, { caption, legends }: Surroundings): SVGSVGElement {
  const [width, chartHeight] = [svg.clientWidth, svg.clientHeight];
  const colorOf = (color: string): string => resolved(svg, color);
  const legend = drawnLegends(legends, {
    left: MARGIN,
    width,
    top: MARGIN + chartHeight,
    font: FONT,
    colorOf,
  });
  const height = MARGIN + chartHeight + legend.height;
  const lines = wrapped(caption, width / (CAPTION.size * LETTER));
  const chart = withColors(svg);
  for (const [name, value] of Object.entries({ x: MARGIN, y: MARGIN, width, height: chartHeight }))
    chart.setAttribute(name, String(value));
  return svgElement(
    'svg',
    {
      width: width + 2 * MARGIN,
      height: height + lines.length * CAPTION.line + MARGIN,
      'font-family': FONT,
      'font-size': getComputedStyle(svg).fontSize,
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

function withColors(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [index, original] of originals.entries()) {
    const style = getComputedStyle(original);
    for (const property of STYLED) copies[index]!.setAttribute(property, style[property]);
    if (original instanceof SVGTextElement) copies[index]!.setAttribute('font-size', style.fontSize);
  }
  copy.removeAttribute('class');
  return copy;
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

/** A colour of the style sheet in the theme that is shown. */
function resolved(svg: SVGSVGElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = name;
  svg.parentElement!.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
