/** Labels of figures, curves and histograms are written in this package only; everyone else asks for them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CURVES, FIGURES, HISTOGRAMS, inSentence, TRAINING_TIME, type Measure } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const SOURCES = ['packages/*/src/**/*.ts', 'apps/dashboard/src/**/*.{ts,tsx}', 'bench/**/*.ts'];

const measures: Measure[] = [
  ...[FIGURES, CURVES, HISTOGRAMS].flatMap((of) => Object.values(of)),
  TRAINING_TIME,
];
const labels = new Set(
  measures.flatMap(({ label, short = label }) => [label, short].flatMap((text) => [text, inSentence(text)])),
);
/** Also ordinary words or keys: the loss of a variant, a field of an event. */
const ALSO_WORDS = new Set(['Loss', 'loss', 'dead', 'seconds', 'cosine', 'recovered']);

/** Quoted texts and texts between tags, without comments. Those of templates are cut at their expressions. */
function textsOf(source: string): string[] {
  const code = source.replaceAll(/\/\*.*?\*\/|(?<!:)\/\/[^\n]*/gs, '');
  return [
    ...[...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"/g)].map(
      ([, single, double]) => single ?? double!,
    ),
    ...[...code.matchAll(/`((?:[^`\\]|\\.)*)`/gs)].flatMap(([, template]) => template!.split(/\$\{[^}]*\}/)),
    ...[...code.matchAll(/>([^<>{}=;]+)</g)].map(([, text]) => text!),
  ];
}

const foundIn = (source: string): string[] =>
  textsOf(source)
    .map((text) => text.replaceAll(/^[\s(]+|[\s:,.)]+$/g, ''))
    .filter((text) => labels.has(text) && !ALSO_WORDS.has(text));

it('finds a label in a string, a template and an element', () => {
  expect(foundIn("const a = 'explained variance: ';")).toEqual(['explained variance']);
  expect(foundIn('const a = `${n} L2 ratio`;')).toEqual(['L2 ratio']);
  expect(foundIn('<th>MSE</th>')).toEqual(['MSE']);
  expect(foundIn("// 'MSE'\nconst a = metrics['l2_ratio'];")).toEqual([]);
});

it('finds no label outside of this package', () => {
  const files = globSync(SOURCES, {
    cwd: root,
    exclude: ['packages/measures/**', '**/*.test.*', '**/node_modules/**', '**/testing/**'],
  });
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) =>
    foundIn(readFileSync(join(root, file), 'utf8')).map((label) => `${file}: ${label}`),
  );
  expect(found).toEqual([]);
});
