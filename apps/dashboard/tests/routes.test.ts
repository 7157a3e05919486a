import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));
const filesOf = (pattern: string) =>
  globSync(pattern, { cwd: src }).map((file) => [file, readFileSync(`${src}/${file}`, 'utf8')] as const);

const METHOD = /export (?:async )?(?:function|const) (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b([^\n]*)/g;
/**
 * What checks the input of a route by its schemas: the pages' own routes, the API by its declared endpoints, and what makes
 * routes for runs and for other SAEs alike.
 */
const CHECKED = /^ = (?:handle|route|staticRoute|\w+Route)\(/;
/** Reads what came with a request without a schema. */
const UNCHECKED =
  /\brequest\.(json|text|formData|arrayBuffer|body|url|nextUrl)\b|\bsearchParams\b|\bawait params\b/;

test.each(filesOf('app/**/route.ts'))('%s checks its input by schemas', (_, text) => {
  const methods = [...text.matchAll(METHOD)];
  expect(methods.length).toBeGreaterThan(0);
  for (const [line, , rest] of methods) expect(line, line).toSatisfy(() => CHECKED.test(rest!));
  expect(text).not.toMatch(UNCHECKED);
});

test.each(filesOf('**/routes.ts'))('%s makes routes that check their input by schemas', (_, text) => {
  const made = [...text.matchAll(/export function \w+Route\([^\n]*\n([^\n]*)/g)];
  expect(made.length).toBeGreaterThan(0);
  for (const [whole, body] of made) expect(body, whole).toMatch(/^ {2}return handle\(/);
  expect(text).not.toMatch(UNCHECKED);
});

test.each(filesOf('app/**/{page,layout,error,not-found}.tsx'))('%s checks its parameters', (_, text) => {
  // Each is an argument of what reads it: `idOf((await params).id)`, `requested(searchParams)`.
  for (const [use] of text.matchAll(/[^\n]*\bawait (?:params|searchParams)\b[^\n]*/g))
    expect(use).toMatch(/\w\((?:\w+, )?\(?await (?:params|searchParams)\b/);
});

test('there are no server actions, which would pass by the schemas of routes', () => {
  for (const [file, text] of filesOf('**/*.{ts,tsx}')) expect(text, file).not.toMatch(/['"]use server['"]/);
});
