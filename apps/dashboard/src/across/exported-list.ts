import { LATENT_MEASURES, NOTHING } from '@sae-lab/measures';
import type { ExportedTable } from '../export/exported-table.ts';
import type { ListRow } from './load-list.ts';
import { cosineText, densityText, shareText } from './numbers.ts';

/** A row for each latent and match. */
export function exportedList(
  rows: readonly ListRow[],
  { own, other, ...rest }: Pick<ExportedTable, 'name' | 'caption'> & { own: string; other: string },
): ExportedTable {
  const [one, two] = [own.toLowerCase(), other.toLowerCase()];
  const flat = rows.flatMap((row) => row.matches.map((match) => ({ row, match })));
  return {
    ...rest,
    records: flat.map(({ row, match }) => ({
      [`latent_${one}`]: row.own.latent,
      [`density_${one}`]: row.density,
      [`top_token_${one}`]: row.own.topToken ?? null,
      [`latent_${two}`]: match.shown.latent,
      cosine: match.cosine,
      [`density_${two}`]: match.density,
      [`top_token_${two}`]: match.shown.topToken ?? null,
      together: match.together,
    })),
    headings: [
      `Latent of ${own}`,
      LATENT_MEASURES.density.label,
      'Top token',
      `Latent of ${other}`,
      LATENT_MEASURES.cosine.label,
      LATENT_MEASURES.density.label,
      'Top token',
      'Together',
    ],
    rows: flat.map(({ row, match }) => [
      String(row.own.latent),
      densityText(row.density),
      row.own.topToken ?? NOTHING,
      String(match.shown.latent),
      cosineText(match.cosine),
      densityText(match.density),
      match.shown.topToken ?? NOTHING,
      match.together === null ? NOTHING : shareText(match.together),
    ]),
    numeric: [true, true, false, true, true, true, false, true],
  };
}
