/** An axis on its way to another place. */
export interface MovedAxis {
  readonly key: string;
  /** Where the pointer holds it, in pixels. */
  readonly x: number;
}

interface Slots {
  readonly left: number;
  readonly gap: number;
}

/** The axes in their order, each with its place in pixels. */
export interface PlacedAxes<A> {
  readonly axes: readonly A[];
  /** Rising. */
  readonly xs: readonly number[];
}

/** The list with one entry at another index; an index beyond an end is that end. */
export function withMoved<A extends { readonly key: string }>(
  axes: readonly A[],
  key: string,
  index: number,
): A[] {
  const others = axes.filter((axis) => axis.key !== key);
  const moved = axes.filter((axis) => axis.key === key);
  const place = Math.min(others.length, Math.max(0, index));
  return [...others.slice(0, place), ...moved, ...others.slice(place)];
}

/** The axes at equal distances. The one that is dragged is where the pointer holds it, and the others make room for it. */
export function placedAxes<A extends { readonly key: string }>(
  axes: readonly A[],
  { left, gap }: Slots,
  moved: MovedAxis | undefined,
): PlacedAxes<A> {
  const slots = axes.map((_, index) => left + index * gap);
  if (moved === undefined) return { axes, xs: slots };
  const x = Math.min(slots.at(-1)!, Math.max(left, moved.x));
  const order = withMoved(axes, moved.key, Math.round((x - left) / gap));
  return { axes: order, xs: order.map(({ key }, index) => (key === moved.key ? x : slots[index]!)) };
}
