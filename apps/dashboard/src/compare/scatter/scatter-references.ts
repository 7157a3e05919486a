import { leastSpanOf } from '@sae-lab/measures';
import { isOnScale, paddedDomain } from '../../charts/scales.ts';
import { layerOf, placeOf } from '../layer.ts';
import type { CompareReference } from '../references/compare-reference.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { ScatterEntry } from './scatter-points.ts';

/** A reference as the chart draws it: a mark, or a line across where it has no place on the x axis. */
export interface ReferenceMark {
  /** The name, with the hook where a chart has several. */
  readonly label: string;
  readonly reference: CompareReference;
  /** The small multiple that shows it. */
  readonly facet: string;
  /** Null for a line: e.g. the mean has L0 0, which a log axis does not have. */
  readonly x: number | null;
  readonly y: number;
}

/** The axes may grow by this share of their length at each end for a reference. */
const NEAR = 0.5;

/**
 * The references of the runs that are drawn: those on their hook and activations that have the figure of y. A facet shows
 * those of its runs.
 */
export function referenceMarks(
  references: readonly CompareReference[],
  entries: readonly ScatterEntry[],
  x: AxisChoice,
  y: AxisChoice,
): ReferenceMark[] {
  const drawn = entries.flatMap(({ facet, members }) =>
    members.map(({ row: { hook, activations } }) => ({ facet, hook, activations })),
  );
  const nameOf = placeNamer(drawn);
  return references.flatMap((reference) => {
    const { [x.key]: atX, [y.key]: atY } = reference.figures;
    if (atY === undefined || !isOnScale(y.kind, atY)) return [];
    const own = drawn.filter(
      ({ hook, activations }) => hook === reference.hook && activations === reference.activations,
    );
    return [...new Set(own.map(({ facet }) => facet))].map((facet) => ({
      label: [reference.name, nameOf(reference.hook)].filter((part) => part !== '').join(', '),
      reference,
      facet,
      x: atX !== undefined && isOnScale(x.kind, atX) ? atX : null,
      y: atY,
    }));
  });
}

/** The part of a label that tells hooks apart, where a chart has several: the layer if they differ in nothing else. */
function placeNamer(drawn: readonly { readonly facet: string; readonly hook: string }[]) {
  const hooks = [...new Set(drawn.map(({ hook }) => hook))];
  const places = new Set(drawn.map(({ hook, facet }) => JSON.stringify([hook, facet])));
  const facets = new Set(drawn.map(({ facet }) => facet));
  const differInLayer = new Set(hooks.map(placeOf)).size === 1 && new Set(hooks.map(layerOf)).size > 1;
  return (hook: string): string => {
    if (places.size <= facets.size) return '';
    return differInLayer ? `layer ${layerOf(hook)!}` : hook;
  };
}

/** Those that the axes have room for, and those that would stretch them. */
export function splitByRoom(
  marks: readonly ReferenceMark[],
  x: { readonly axis: AxisChoice; readonly values: readonly number[] },
  y: { readonly axis: AxisChoice; readonly values: readonly number[] },
): { readonly near: ReferenceMark[]; readonly far: ReferenceMark[] } {
  const [xRoom, yRoom] = [x, y].map(({ axis: { kind, measure }, values }) =>
    paddedDomain(values, kind, NEAR, leastSpanOf(measure, values)),
  );
  const isWithin = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
  const { near = [], far = [] } = Object.groupBy(marks, (mark) =>
    isWithin(mark.y, yRoom!) && (mark.x === null || isWithin(mark.x, xRoom!)) ? 'near' : 'far',
  );
  return { near, far };
}
