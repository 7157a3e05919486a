export type MarkShape = 'circle' | 'square' | 'triangle' | 'diamond' | 'wedge' | 'cross';

/** The SVG path of a mark centred on the origin. All shapes of a radius look equally large. */
export function markPath(shape: MarkShape, radius: number): string {
  const r = radius;
  switch (shape) {
    case 'circle':
      return `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
    case 'square':
      return `M${-0.89 * r},${-0.89 * r}h${1.78 * r}v${1.78 * r}h${-1.78 * r}Z`;
    case 'triangle':
      return `M0,${-1.25 * r}L${1.15 * r},${0.85 * r}H${-1.15 * r}Z`;
    case 'diamond':
      return `M0,${-1.3 * r}L${1.2 * r},0L0,${1.3 * r}L${-1.2 * r},0Z`;
    case 'wedge':
      return `M0,${1.25 * r}L${1.15 * r},${-0.85 * r}H${-1.15 * r}Z`;
    case 'cross': {
      const [arm, half] = [1.15 * r, 0.4 * r];
      return `M${-arm},${-half}H${-half}V${-arm}H${half}V${-half}H${arm}V${half}H${half}V${arm}H${-half}V${half}H${-arm}Z`;
    }
  }
}
