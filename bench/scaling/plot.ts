import type { Point, PowerLaw } from './fit.ts';

export interface Panel {
  title: string;
  /** The variable that the exponent belongs to. */
  symbol: string;
  points: readonly Point[];
  fit: PowerLaw;
}

const [PANEL_WIDTH, PANEL_HEIGHT, COLUMNS] = [380, 250, 2];
const MARGIN = { left: 56, right: 20, top: 44, bottom: 40 };
const PLOT = {
  width: PANEL_WIDTH - MARGIN.left - MARGIN.right,
  height: PANEL_HEIGHT - MARGIN.top - MARGIN.bottom,
};

// Drawn on a white card, because an image cannot tell whether its page is light or dark.
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-size: 13px; font-weight: 600; fill: #1f2328 }
  .law { font-size: 13px; fill: #0b61a4 }
  .card { fill: #ffffff; stroke: #d0d7de }
  .grid { stroke: #eaeef2 }
  .axis { stroke: #8c959f }
  .fit { stroke: #0b61a4; stroke-width: 1.5; opacity: 0.6 }
  .point { fill: #0b61a4 }`;

/** Points and fitted lines on log axes. All panels have the same y axis, so that slopes can be compared. */
export function plot(panels: readonly Panel[], yTitle: string): string {
  const ys = panels.flatMap(({ points }) => points.map(({ y }) => y));
  const y = logScale(Math.min(...ys) / 1.4, Math.max(...ys) * 1.4, PLOT.height, 0);
  const [width, height] = [COLUMNS * PANEL_WIDTH, Math.ceil(panels.length / COLUMNS) * PANEL_HEIGHT];
  const drawn = panels.map((panel, i) => {
    const left = (i % COLUMNS) * PANEL_WIDTH + MARGIN.left;
    const top = Math.floor(i / COLUMNS) * PANEL_HEIGHT + MARGIN.top;
    return `<g transform="translate(${left} ${top})">\n${drawPanel(panel, y, yTitle)}\n</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${panels.map(({ title, fit }) => `${yTitle} grows with ${title} to the power ${fit.exponent.toFixed(2)}`).join('; ')}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

type Scale = ((value: number) => number) & { ticks: number[] };

function drawPanel({ title, symbol, points, fit }: Panel, y: Scale, yTitle: string): string {
  const [first, last] = [points[0]!.x, points.at(-1)!.x];
  const x = logScale(first / 1.25, last * 1.25, 0, PLOT.width);
  const at = (value: number): string => value.toFixed(1);
  const end = (value: number): string => `${at(x(value))},${at(y(fit.factor * value ** fit.exponent))}`;
  return [
    text(0, -24, title, 'class="title"'),
    text(0, -8, yTitle),
    `<text class="law" x="${PLOT.width}" y="-10" text-anchor="end">time ∝ ${symbol}<tspan dy="-5" font-size="10">${fit.exponent.toFixed(2)}</tspan></text>`,
    ...y.ticks.flatMap((tick) => [
      line('grid', 0, y(tick), PLOT.width, y(tick)),
      text(-8, y(tick) + 4, format(tick), 'text-anchor="end"'),
    ]),
    line('axis', 0, PLOT.height, PLOT.width, PLOT.height),
    ...points.flatMap((point) => [
      line('axis', x(point.x), PLOT.height, x(point.x), PLOT.height + 4),
      text(x(point.x), PLOT.height + 18, format(point.x), 'text-anchor="middle"'),
    ]),
    `<polyline class="fit" fill="none" points="${end(first)} ${end(last)}"/>`,
    ...points.map((p) => `<circle class="point" cx="${at(x(p.x))}" cy="${at(y(p.y))}" r="3.5"/>`),
  ].join('\n');
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line class="${kind}" x1="${a}" y1="${b}" x2="${c}" y2="${d}"/>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`;
}

/** From [low, high] to [from, to]; ticks at 1, 2 and 5 times powers of ten. */
function logScale(low: number, high: number, from: number, to: number): Scale {
  const scale = (value: number): number =>
    from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    ticks.push(
      ...[1, 2, 5].map((digit) => digit * 10 ** power).filter((tick) => tick >= low && tick <= high),
    );
  }
  return Object.assign(scale, { ticks });
}

function format(value: number): string {
  return value.toLocaleString('en-US');
}
