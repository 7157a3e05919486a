import { visibleText } from '@sae-lab/command-line';
import { figureText, headingOf, inSentence, MATCH_FIGURES, type MatchFigure } from '@sae-lab/measures';
import type { EvaluationEvent } from './events.ts';
import { tableLines, type TextColumn } from './text-table.ts';

type Matched = Extract<EvaluationEvent, { type: 'evaluation.matched' }>;

const SHOWN: readonly MatchFigure[] = [
  'match_best',
  'match_one_to_one',
  'match_best_07',
  'match_one_to_one_07',
];

/** A row for each pair of SAEs. */
export function matchTable(events: readonly Matched[]): string {
  const columns: TextColumn[] = [
    { head: 'SAEs', align: 'left' },
    ...SHOWN.map((key): TextColumn => ({ head: inSentence(headingOf(MATCH_FIGURES[key])), align: 'right' })),
    { head: 'one-to-one, random', align: 'right' },
  ];
  const rows = events.map(({ a, b, figures, random }) => [
    `${visibleText(a)}\n${visibleText(b)}`,
    ...SHOWN.map((key) => figureText(MATCH_FIGURES[key], figures[key])),
    figureText(MATCH_FIGURES.match_one_to_one, random['match_one_to_one']),
  ]);
  return [...tableLines(columns, rows)].join('\n');
}
