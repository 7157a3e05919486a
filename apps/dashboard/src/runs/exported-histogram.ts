import type { Histogram } from '@sae-lab/db/reading';
import { axisFormatOf, capitalised, histogramOf, integer, percent } from '@sae-lab/measures';
import { captionOf } from '../export/caption.ts';
import type { ExportedTable } from '../export/exported-table.ts';
import type { CaptionedSae } from '../saes/captioned-sae.ts';
import { subjectKey } from '../saes/subject.ts';

const SHARE = percent(1);

/** The bins of a histogram of an SAE. A bin without values has its row, too. */
export function exportedHistogram(
  { name, edges, counts }: Histogram,
  { subject, commit, provenance }: CaptionedSae,
): ExportedTable {
  const measure = histogramOf(name);
  const format = axisFormatOf(measure);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bins = counts.map((count, bin) => ({
    from: edges[bin]!,
    to: edges[bin + 1]!,
    count,
    share: total === 0 ? 0 : count / total,
  }));
  return {
    name: `${subjectKey(subject)}-${name.replaceAll('/', '-')}`,
    caption: captionOf(`${measure.label}. ${measure.meaning}`, [{ commit }], provenance),
    records: bins,
    headings: ['From', 'To', capitalised(measure.unit ?? 'values'), 'Share'],
    rows: bins.map(({ from, to, count, share }) => [format(from), format(to), integer(count), SHARE(share)]),
    numeric: [true, true, true, true],
  };
}
