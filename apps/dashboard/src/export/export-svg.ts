import { framedChart, type Surroundings } from './framed-chart.ts';

/** Pixels of the PNG per unit of the SVG. */
const SCALE = 2;
/** What the page's style sheet decides and a file must state. */
const STYLED = ['fill', 'stroke'] as const;

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
function drawn(svg: SVGSVGElement, surroundings: Surroundings): SVGSVGElement {
  return framedChart(withColors(svg), surroundings, {
    width: svg.clientWidth,
    height: svg.clientHeight,
    fontSize: getComputedStyle(svg).fontSize,
    colorOf: (color) => resolved(svg, color),
    measureIn: (font) => {
      const context = document.createElement('canvas').getContext('2d')!;
      context.font = font;
      return (text) => context.measureText(text).width;
    },
  });
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

/** A colour of the style sheet in the theme that is shown. */
function resolved(svg: SVGSVGElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = name;
  svg.parentElement!.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
