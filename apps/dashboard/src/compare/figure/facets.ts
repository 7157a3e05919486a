import * as Plot from '@observablehq/plot';
import { gridOf, type Grid } from '../grid.ts';
import { MISSING } from '../groups.ts';

/** Space between small multiples, as a share of one. The title of each is in the space above it. */
const GAP = { x: 0.08, y: 0.2 };
const TITLE_OFFSET = -8;
/** Size of the titles in pixels. */
const FONT = 11;

/** The layout of the small multiples of a plot, on shared axes. */
export interface Facets extends Grid {
  /** Options of a mark whose data name their facet. */
  readonly place: { readonly fx?: (datum: Faceted) => number; readonly fy?: (datum: Faceted) => number };
  /** Options of the plot. */
  readonly scales: Pick<Plot.PlotOptions, 'fx' | 'fy'>;
  readonly titles: readonly Plot.Markish[];
  /** Pixels of one small multiple, of a plot of this length. */
  readonly widthOf: (length: number) => number;
  readonly heightOf: (length: number) => number;
}

interface Faceted {
  readonly facet: string;
}

/**
 * @param names of the facets in order; none for one chart
 * @param label of what the facets divide by, which goes before names that say little by themselves
 * @param width of the plot in pixels, without margins
 * @param leastWidth of a facet in pixels
 */
export function facetsOf(names: readonly string[], label: string, width: number, leastWidth: number): Facets {
  if (names.length === 0) {
    const whole = (length: number) => length;
    return { columns: 1, rows: 1, place: {}, scales: {}, titles: [], widthOf: whole, heightOf: whole };
  }
  const { columns, rows } = gridOf(names.length, width, leastWidth, 4);
  const places = new Map(names.map((name, index) => [name, index]));
  const place = {
    fx: ({ facet }: Faceted) => places.get(facet)! % columns,
    fy: ({ facet }: Faceted) => Math.floor(places.get(facet)! / columns),
  };
  const [gapX, gapY] = [columns > 1 ? GAP.x : 0, rows > 1 ? GAP.y : 0];
  // d3's bands: a step is a band and its gap, and the last gap is left out.
  const band = (length: number, count: number, gap: number) => (length / (count - gap)) * (1 - gap);
  const widthOf = (length: number) => band(length, columns, gapX);
  return {
    columns,
    rows,
    place,
    scales: {
      fx: { domain: [...Array(columns).keys()], padding: 0, paddingInner: gapX, axis: null },
      fy: { domain: [...Array(rows).keys()], padding: 0, paddingInner: gapY, axis: null },
    },
    titles: [
      Plot.text(
        names.map((facet) => ({ facet, title: isClear(facet) ? facet : `${label} ${facet}` })),
        {
          ...place,
          text: 'title',
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dy: TITLE_OFFSET,
          fontWeight: 500,
          fill: 'var(--text)',
          lineWidth: widthOf(width) / FONT,
          textOverflow: 'ellipsis-middle',
        },
      ),
    ],
    widthOf,
    heightOf: (length) => band(length, rows, gapY),
  };
}

/** Numbers, true and false need to be told what they are of. */
function isClear(name: string): boolean {
  return !Number.isFinite(Number(name)) && !['true', 'false', 'null', MISSING].includes(name);
}
