import { markPath, type MarkShape } from '../charts/mark-path.ts';
import { namedItems, type Legend } from './legend.ts';
import { svgElement } from './svg-element.ts';

/** Pixels: of the text, a row, a mark or line with its space, the space between items, and above the legend. */
const SIZE = { text: 11, row: 17, mark: 17, line: 31, gap: 16, above: 8, radius: 4.4 };

interface LegendPlace {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly font: string;
  /** Resolves a colour of the style sheet. */
  readonly colorOf: (color: string) => string;
  /** The width of a text in a font, in pixels. */
  readonly measureIn: (font: string) => (text: string) => number;
}

interface DrawnLegend {
  readonly element: SVGElement;
  readonly height: number;
}

/** The legends of a chart below each other, each on as many rows as its items need. */
export function drawnLegends(legends: readonly Legend[], place: LegendPlace): DrawnLegend {
  const { left, width, top, font, colorOf, measureIn } = place;
  const measure = measureIn(`${SIZE.text}px ${font}`);
  const element = svgElement('g', { 'font-size': SIZE.text });
  const [ink, soft] = [colorOf('var(--text)'), colorOf('var(--text-soft)')];
  let row = -1;
  let x = Infinity;
  /** Writes text after its mark, on a new row where this one is full. */
  const write = (text: string, fill: string, sample?: SVGElement, before = 0): void => {
    const length = before + measure(text);
    if (x + length > left + width) {
      row += 1;
      x = left;
    }
    const y = top + SIZE.above + row * SIZE.row + SIZE.row / 2;
    if (sample !== undefined) {
      sample.setAttribute('transform', `translate(${x + before / 2 - 3},${y})`);
      element.append(sample);
    }
    element.append(svgElement('text', { x: x + before, y: y + SIZE.text * 0.36, fill }, text));
    x += length + SIZE.gap;
  };
  for (const legend of legends) {
    x = Infinity;
    write(legend.label, soft);
    const { shown, more } = namedItems(legend);
    for (const { text, color, shape, dash = '' } of shown) {
      const resolved = colorOf(color);
      if (shape === 'line') write(text, ink, line(resolved, dash), SIZE.line);
      else write(text, ink, mark(resolved, shape), SIZE.mark);
    }
    if (more > 0) write(`and ${more} more`, soft);
  }
  return { element, height: row < 0 ? 0 : (row + 1) * SIZE.row + SIZE.above };
}

function line(stroke: string, dash: string): SVGElement {
  const drawn = { d: 'M-12,0H12', stroke, 'stroke-width': 2, fill: 'none' };
  return svgElement('path', dash === '' ? drawn : { ...drawn, 'stroke-dasharray': dash });
}

function mark(fill: string, shape: MarkShape): SVGElement {
  return svgElement('path', { d: markPath(shape, SIZE.radius), fill, 'fill-rule': 'evenodd' });
}
