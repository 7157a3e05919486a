export type MarkShape =
  | 'circle'
  | 'square'
  | 'triangle'
  | 'diamond'
  | 'wedge'
  | 'cross'
  | 'star'
  | 'saltire'
  | 'ring'
  | 'bowtie'
  | 'pentagon'
  | 'bar';

/** The SVG path of a mark centred on the origin, filled by the even-odd rule. All shapes of a radius look equally large. */
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
    case 'star':
      return polygon(10, (corner) => (corner % 2 === 0 ? 1.4 * r : 0.6 * r));
    case 'pentagon':
      return polygon(5, () => 1.15 * r);
    case 'ring':
      return `${markPath('circle', 1.1 * r)}${markPath('circle', 0.5 * r)}`;
    case 'bowtie':
      return `M${-1.2 * r},${-r}L${1.2 * r},${r}V${-r}L${-1.2 * r},${r}Z`;
    case 'bar':
      return `M${-0.5 * r},${-1.3 * r}H${0.5 * r}V${1.3 * r}H${-0.5 * r}Z`;
    case 'saltire': {
      // A cross, turned by 45°.
      const [near, far] = [0.4 * r * Math.SQRT2, 0.8 * r + 0.28 * r];
      const [outer, inner] = [far, far - near];
      const quarter = [
        [-outer, -inner],
        [-inner, -outer],
        [0, -near],
      ];
      const turned = quarter.map(([x, y]) => [-y!, x!]);
      const half = [...quarter, ...turned];
      return `M${[...half, ...half.map(([x, y]) => [-x!, -y!])].map((point) => point.join(',')).join('L')}Z`;
    }
    case 'cross': {
      const [arm, half] = [1.15 * r, 0.4 * r];
      return `M${-arm},${-half}H${-half}V${-arm}H${half}V${-half}H${arm}V${half}H${half}V${arm}H${-half}V${half}H${-arm}Z`;
    }
  }
}

/** A regular polygon with a corner at the top. */
function polygon(corners: number, radiusOf: (corner: number) => number): string {
  const points = Array.from({ length: corners }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners - Math.PI / 2;
    const radius = radiusOf(corner);
    return `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join('L')}Z`;
}
