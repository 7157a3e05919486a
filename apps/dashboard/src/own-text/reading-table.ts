import { FIGURES, percent, short } from '@sae-lab/measures';
import type { ReadLatent, SaeReading, ShownText } from '@sae-lab/text/answers';
import { captionOf } from '../export/caption.ts';
import type { ExportedTable } from '../export/exported-table.ts';
import type { CaptionedSae } from '../saes/captioned-sae.ts';
import { subjectKey } from '../saes/subject.ts';
import { namedToken } from '../latents/text/token-text.ts';
import type { ORDERS } from './view-state.ts';

/** Latents of each token in the table. */
const LATENTS = 5;

/** What the shaded text shows, as a table: a row for each token. */
export function readingTable(own: CaptionedSae, text: ShownText, sae: SaeReading): ExportedTable {
  const tokens = text.tokens.filter((token) => token.row !== null);
  const strongest = (row: number): readonly (readonly [number, number])[] =>
    sae.strongest[row]!.slice(0, LATENTS);
  return {
    name: `text-${subjectKey(own.subject)}`,
    caption: captionOf('Latents on each token of a text.', [own], own.provenance),
    records: tokens.map(({ text: token, piece, row }) => ({
      token,
      piece,
      l0: sae.l0[row!]!,
      relative_squared_error: sae.errors[row!]!,
      ...Object.fromEntries(
        strongest(row!).flatMap(([latent, value], at) => [
          [`latent_${at + 1}`, latent],
          [`activation_${at + 1}`, value],
        ]),
      ),
    })),
    headings: ['Token', FIGURES.l0.label, 'Error', 'Strongest latents'],
    rows: tokens.map(({ text: token, row }) => [
      namedToken(token),
      String(sae.l0[row!]),
      percent(1)(sae.errors[row!]),
      strongest(row!)
        .map(([latent, value]) => `${latent}: ${short(3)(value)}`)
        .join(', '),
    ]),
    numeric: [false, true, true, false],
  };
}

/** Compares two latents by an order of the reader. */
export function orderOf(order: (typeof ORDERS)[number]): (a: ReadLatent, b: ReadLatent) => number {
  const firstOf = ({ rows }: ReadLatent): number => rows[0] ?? Infinity;
  switch (order) {
    case 'max':
      return (a, b) => b.max - a.max || a.latent - b.latent;
    case 'sum':
      return (a, b) => b.sum - a.sum || a.latent - b.latent;
    case 'first':
      return (a, b) => (firstOf(a) < firstOf(b) ? -1 : firstOf(a) > firstOf(b) ? 1 : a.latent - b.latent);
  }
}
