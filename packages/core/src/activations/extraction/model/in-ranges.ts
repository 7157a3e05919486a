/** Combines paths that differ only in the layer: `layers.{0..5}.mlp`, `layers.{0,2..5}.mlp`. */
export function inRanges(paths: readonly string[]): string[] {
  const groups = new Map<string, { before: string; after: string; layers: number[] }>();
  for (const path of paths) {
    const { 1: before = path, 2: layer, 3: after = '' } = /^(.*?\.)(\d+)((?:\.|$).*)$/.exec(path) ?? [];
    const key = JSON.stringify([before, after]);
    const group = groups.get(key) ?? { before, after, layers: [] };
    if (layer !== undefined) group.layers.push(Number(layer));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ before, after, layers }) => {
    const text = ranges(layers).join(',');
    return `${before}${/\D/.test(text) ? `{${text}}` : text}${after}`;
  });
}

function ranges(numbers: readonly number[]): string[] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const starts = sorted.filter((number) => !numbers.includes(number - 1));
  const ends = sorted.filter((number) => !numbers.includes(number + 1));
  return starts.map((start, i) => (start === ends[i] ? String(start) : `${start}..${ends[i]}`));
}
