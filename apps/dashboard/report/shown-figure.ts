import type { Legend } from '../src/export/legend.ts';
import { namedItems } from '../src/export/legend.ts';
import { markPath } from '../src/charts/mark-path.ts';
import type { Figure } from './figure.ts';
import { html, type Html } from './html.ts';
import { fileLinks } from './section.ts';
import type { ReportFile } from './write-report.ts';

/** A figure with its legend, its caption and its files. */
export function shownFigure(
  name: string,
  figure: Figure,
  { legends, caption, data }: { legends: readonly Legend[]; caption: string; data: readonly ReportFile[] },
): { body: Html; files: readonly ReportFile[] } {
  const images = [
    { path: `figures/${name}.svg`, content: figure.svg },
    { path: `figures/${name}.png`, content: figure.png },
  ];
  return {
    files: [...images, ...data],
    body: html`<figure>
      ${figure.inline} ${legends.map(legendList)}
      <figcaption class="caption">${caption}</figcaption>
      ${fileLinks([...images, ...data])}
    </figure>`,
  };
}

function legendList(legend: Legend): Html {
  const { shown, more } = namedItems(legend);
  return html`<ul class="legend" aria-label="${legend.label}">
    ${shown.map(
      ({ text, color, shape, dash }) => html`<li>${markOf(color, shape, dash)}<bdi>${text}</bdi></li> `,
    )}${more > 0 && html`<li>and ${more} more</li>`}
  </ul>`;
}

function markOf(color: string, shape: Legend['items'][number]['shape'], dash = ''): Html {
  const line = html`<path d="M-7,0H7" stroke-width="2" stroke-dasharray="${dash}" />`;
  const mark = shape === 'line' ? line : html`<path d="${markPath(shape, 4.4)}" fill-rule="evenodd" />`;
  return html`<svg
    width="16"
    height="14"
    viewBox="-8 -7 16 14"
    fill="${color}"
    stroke="${shape === 'line' ? color : 'none'}"
    aria-hidden="true"
  >
    ${mark}
  </svg>`;
}
