/** Pixels of the PNG per unit of the SVG. */
const SCALE = 2;
/** What the page's style sheet decides and a file must state. */
const STYLED = ['fill', 'stroke'] as const;

/** A chart of the page as a file: every colour is written out, in the theme that is shown. */
export function standaloneSvg(svg: SVGSVGElement, caption: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [index, original] of originals.entries()) {
    const style = getComputedStyle(original);
    for (const property of STYLED) copies[index]!.setAttribute(property, style[property]);
  }
  const page = getComputedStyle(svg);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('font-family', 'Helvetica, Arial, sans-serif');
  copy.setAttribute('font-size', page.fontSize);
  copy.removeAttribute('class');
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = caption;
  copy.prepend(title, backgroundOf(svg));
  return new XMLSerializer().serializeToString(copy);
}

/** The same as an image of twice the size. */
export async function pngOf(svg: SVGSVGElement, caption: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standaloneSvg(svg, caption))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = svg.clientWidth * SCALE;
  canvas.height = svg.clientHeight * SCALE;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the image has no pixels'))),
      'image/png',
    );
  });
}

function backgroundOf(svg: SVGSVGElement): SVGElement {
  const probe = document.createElement('span');
  probe.style.color = 'var(--surface)';
  svg.parentElement!.append(probe);
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  rect.setAttribute('width', '100%');
  rect.setAttribute('height', '100%');
  rect.setAttribute('fill', getComputedStyle(probe).color);
  probe.remove();
  return rect;
}
