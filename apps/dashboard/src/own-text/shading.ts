import { formatOf, LATENT_MEASURES, percent } from '@sae-lab/measures';
import type { SaeReading } from '@sae-lab/text/answers';
import type { SHADES } from './view-state.ts';

export type Shade = (typeof SHADES)[number];

/** How strongly each row is shaded, and its value in words. */
export interface Shading {
  readonly title: string;
  /** 0 to 1 by row. */
  readonly strengths: readonly number[];
  readonly words: readonly string[];
}

/** Shades by a latent, or if there is none by what the reader chose. */
export function shadingOf(sae: SaeReading, shade: Shade, latent: number | undefined): Shading {
  const value = formatOf(LATENT_MEASURES.max_activation);
  if (latent !== undefined) {
    const listed = valuesOf(sae, latent);
    return {
      title: `Shaded by latent ${latent}, which is strongest at ${value(Math.max(0, ...listed))}.`,
      ...scaled(listed, (one) => (one === 0 ? 'not active' : value(one))),
    };
  }
  if (shade === 'l0') {
    return {
      title: `Shaded by the number of active latents, at most ${Math.max(0, ...sae.l0)}.`,
      ...scaled(sae.l0, (one) => `${one} active latents`),
    };
  }
  if (shade === 'error') {
    const errors = sae.errors.map((error) => error ?? 0);
    return {
      title: `Shaded by the squared reconstruction error as a part of the squared norm, at most ${percent(0)(Math.max(0, ...errors))}.`,
      ...scaled(errors, (one) => `error ${percent(1)(one)}`),
    };
  }
  const strongest = sae.strongest.map(([first]) => first?.[1] ?? 0);
  const words = sae.strongest.map(([first]) =>
    first === undefined ? 'no latent' : `latent ${first[0]} at ${value(first[1])}`,
  );
  return {
    title: `Shaded by the strongest latent of each token, at most ${value(Math.max(0, ...strongest))}.`,
    ...scaled(strongest, (_, row) => words[row]!),
  };
}

/** The activations of a latent by row. A latent that is not listed is known only where it is among the strongest. */
function valuesOf(sae: SaeReading, latent: number): number[] {
  const listed = sae.latents.find((one) => one.latent === latent);
  if (listed === undefined) {
    return sae.strongest.map((entries) => entries.find(([index]) => index === latent)?.[1] ?? 0);
  }
  const values = sae.l0.map(() => 0);
  listed.rows.forEach((row, at) => (values[row] = listed.values[at]!));
  return values;
}

/** Scales values to the largest one. */
export function scaled(
  values: readonly number[],
  wordsOf: (value: number, row: number) => string,
): Pick<Shading, 'strengths' | 'words'> {
  const largest = Math.max(0, ...values);
  return {
    strengths: values.map((value) => (largest === 0 ? 0 : value / largest)),
    words: values.map(wordsOf),
  };
}
