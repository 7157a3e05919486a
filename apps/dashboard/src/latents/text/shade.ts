/** The largest share of the colour behind a token: text on it keeps its contrast. */
const STRONGEST = 60;

/** The background of a token by its share of the largest activation. */
export function shadeOf(share: number): string | undefined {
  if (!(share > 0)) return undefined;
  // Weak activations stay visible.
  const percent = Math.round(8 + (STRONGEST - 8) * Math.min(1, share));
  return `color-mix(in oklab, var(--variant-vermilion) ${percent}%, transparent)`;
}
