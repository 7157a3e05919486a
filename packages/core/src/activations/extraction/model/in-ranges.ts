/** Combines paths that differ only in the layer: `layers.{0..5}.mlp`, `layers.{0,2..5}.mlp`. */
export function inRanges(paths: readonly string[]): string[] {
  const layersOf = new Map<string, number[]>();
  for (const path of paths) {
    const layer = /\.(\d+)(?=\.|$)/.exec(path)?.[1];
    const pattern = path.replace(/\.\d+(?=\.|$)/, '.#');
    const layers = layersOf.get(pattern) ?? [];
    if (layer !== undefined) layers.push(Number(layer));
    layersOf.set(pattern, layers);
  }
  return [...layersOf].map(([pattern, layers]) => {
    const text = ranges(layers).join(',');
    return pattern.replace('#', /\D/.test(text) ? `{${text}}` : text);
  });
}

function ranges(numbers: readonly number[]): string[] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const starts = sorted.filter((number) => !numbers.includes(number - 1));
  const ends = sorted.filter((number) => !numbers.includes(number + 1));
  return starts.map((start, i) => (start === ends[i] ? String(start) : `${start}..${ends[i]}`));
}
