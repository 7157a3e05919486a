import { expect, it } from 'vitest';
import { anchorsIn, docsMentionedIn, linksIn } from './links.ts';

it('finds links and images with their lines', () => {
  expect(linksIn('one\n[a](x.md#y) and ![b](z.png)')).toEqual([
    { line: 2, target: 'x.md#y' },
    { line: 2, target: 'z.png' },
  ]);
});

it('leaves out web addresses and code', () => {
  expect(linksIn('[a](https://example.org)\n`[b](x.md)`\n```\n[c](y.md)\n```')).toEqual([]);
});

it('names headings as GitHub does', () => {
  expect(anchorsIn('# One hyperparameter, end to end\n## `k` and [a link](x)\n```\n# no\n```')).toEqual([
    'one-hyperparameter-end-to-end',
    'k-and-a-link',
  ]);
});

it('finds pages of docs/ that code mentions', () => {
  expect(docsMentionedIn("// See docs/gpu.md.\nconst a = 'docs/images/scaling.svg';")).toEqual([
    { line: 1, target: 'docs/gpu.md' },
    { line: 2, target: 'docs/images/scaling.svg' },
  ]);
  expect(docsMentionedIn('../docs/gpu.md')).toEqual([]);
});
