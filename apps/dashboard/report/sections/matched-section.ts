import { inSentence } from '@sae-lab/measures';
import { alsoVarying } from '../../src/compare/matched/also-varying.ts';
import { matchedRuns, matchedTable } from '../../src/compare/matched/matched-table.ts';
import { measuresOf } from '../../src/compare/measures-of.ts';
import { defaultTargets } from '../../src/compare/statistics/default-targets.ts';
import { captionOf } from '../../src/export/caption.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import type { Section } from '../section.ts';
import { shownTable } from '../table.ts';

/** Each variant's explained variance at the same L0s, and its difference to the first variant. */
export function matchedSection({ rows, sweep, fields }: Report): Section | undefined {
  const by = { key: 'variant', label: 'Variant' };
  const measures = measuresOf(rows).filter(({ key }) => key !== 'l0');
  const measure = measures.find(({ key }) => key === 'explained_variance') ?? measures[0];
  if (measure === undefined) return undefined;
  const runs = matchedRuns(rows, by.key, measure.key);
  const names = [...new Set(runs.map(({ group }) => group))];
  const targets = defaultTargets(runs);
  if (names.length < 2 || targets.length === 0) return undefined;
  const measured = rows.filter(
    ({ figures }) => figures['l0'] !== undefined && figures[measure.key] !== undefined,
  );
  const table = matchedTable({
    rows,
    by,
    measure,
    targets,
    baseline: names[0]!,
    caption: captionOf(
      `${measure.label} at matched L0 by variant, differences to ${names[0]!} paired by seed, 95 % t intervals.`,
      measured,
      [`Sweep “${sweep.name}”`],
    ),
  });
  const { body, files } = shownTable(table);
  const varying = alsoVarying(rows, by.key, fields.keys);
  return {
    id: 'matched',
    title: 'At matched L0',
    files,
    body: html`<p>
        The ${inSentence(measure.label)} of each seed is interpolated in log L0 between the two runs next to
        the L0, and never extrapolated. Where the interval of a difference spans 0, the variants cannot be
        distinguished.
        ${varying.length > 0 && `Runs of one variant differ in ${varying.map(({ label }) => label).join(', ')} and are interpolated together.`}
      </p>
      ${body}`,
  };
}
