/** Pixels of the PNG per unit of the SVG. */
const SCALE = 2;
/** What the page's style sheet decides and a file must state. */
const STYLED = ['fill', 'stroke'] as const;

/** Of the caption under the chart. */
const CAPTION = { size: 10, line: 14, margin: 8 };
/** Width of a letter by the size of its font, on average. */
const LETTER = 0.52;
const SVG = 'http://www.w3.org/2000/svg';

/** A chart of the page as a file, with its caption: every colour is written out, in the theme that is shown. */
export function standaloneSvg(svg: SVGSVGElement, caption: string): string {
  return new XMLSerializer().serializeToString(drawn(svg, caption));
}

/** The same as an image of twice the size. */
export async function pngOf(svg: SVGSVGElement, caption: string): Promise<Blob> {
  const whole = drawn(svg, caption);
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

/** The chart with its caption under it, in one image. */
function drawn(svg: SVGSVGElement, caption: string): SVGSVGElement {
  const [width, height] = [svg.clientWidth, svg.clientHeight];
  const lines = wrapped(caption, (width - 2 * CAPTION.margin) / (CAPTION.size * LETTER));
  const whole = document.createElementNS(SVG, 'svg');
  setAll(whole, {
    width,
    height: height + lines.length * CAPTION.line + CAPTION.margin,
    'font-family': 'Helvetica, Arial, sans-serif',
    'font-size': getComputedStyle(svg).fontSize,
  });
  const title = document.createElementNS(SVG, 'title');
  title.textContent = caption;
  const chart = withColors(svg);
  setAll(chart, { width, height });
  const text = document.createElementNS(SVG, 'text');
  setAll(text, { 'font-size': CAPTION.size, fill: colorOf(svg, '--text-soft') });
  for (const [index, line] of lines.entries()) {
    const part = document.createElementNS(SVG, 'tspan');
    setAll(part, { x: CAPTION.margin, y: height + (index + 1) * CAPTION.line });
    part.textContent = line;
    text.append(part);
  }
  whole.append(title, backgroundOf(svg), chart, text);
  return whole;
}

function withColors(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [index, original] of originals.entries()) {
    const style = getComputedStyle(original);
    for (const property of STYLED) copies[index]!.setAttribute(property, style[property]);
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

function setAll(element: SVGElement, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** A colour of the theme that is shown. */
function colorOf(svg: SVGSVGElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  svg.parentElement!.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function backgroundOf(svg: SVGSVGElement): SVGElement {
  const rect = document.createElementNS(SVG, 'rect');
  setAll(rect, { width: '100%', height: '100%', fill: colorOf(svg, '--surface') });
  return rect;
}
