import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { frontMatter, table } from './markdown.ts';

it('writes a header that the hub can parse', () => {
  const text = frontMatter({ baseModels: ['EleutherAI/pythia-70m'], datasets: [] });
  expect(text).toMatch(/^---\n.*\n---$/s);
  expect(parse(text.replaceAll('---', ''))).toMatchObject({
    library_name: 'saelens',
    base_model: ['EleutherAI/pythia-70m'],
  });
  expect(text).not.toContain('datasets');
});

it('keeps cells with bars and line breaks in their column', () => {
  expect(table(['loss', 'b'], [['|x|', 'a\nb']])).toBe('| loss | b |\n| --- | --- |\n| \\|x\\| | a b |');
});
