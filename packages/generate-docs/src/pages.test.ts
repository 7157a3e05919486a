import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENVIRONMENT, PROJECT_ROOT } from '@sae-lab/command-line';
import { ERROR_CODES } from '@sae-lab/errors';
import {
  importedSweepSchema,
  modelSweepSchema,
  syntheticSweepSchema,
  trainingSettings,
} from '@sae-lab/sweep/reference';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from './commands.ts';
import { table } from './markdown.ts';
import { generatePages } from './pages.ts';
import { settingRows } from './settings.ts';
import { allVariants } from './variants.ts';

const read = (file: string): Promise<string> => readFile(join(PROJECT_ROOT, file), 'utf8');

/** The names of the fields at the ends of a schema, with those of every option of a union. */
function leavesOf(schema: z.ZodType): string[] {
  const leaves = (node: z.core.JSONSchema.BaseSchema, key?: string): string[] => {
    const fields = Object.entries(node.properties ?? {}) as [string, z.core.JSONSchema.BaseSchema][];
    const options = node.anyOf ?? node.oneOf ?? [];
    const inner = [
      ...options.flatMap((option) => leaves(option)),
      ...fields
        .filter(([, field]) => field.not === undefined && field.const === undefined)
        .flatMap(([name, field]) => leaves(field, name)),
    ];
    return inner.length > 0 || key === undefined ? inner : [key];
  };
  return [...new Set(leaves(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })))];
}

describe('the generated pages', () => {
  it.each(['docs/reference.md', 'docs/errors.md', 'docs/api.md'])('%s is up to date', async (path) => {
    const pages = await generatePages();
    expect(await read(path), 'run `pnpm docs:generate`').toBe(pages[path]);
  });

  it.each([
    ['a sweep over a model', settingRows(modelSweepSchema), leavesOf(modelSweepSchema)],
    ['a sweep over synthetic activations', settingRows(syntheticSweepSchema), leavesOf(syntheticSweepSchema)],
    ['a sweep over your own activations', settingRows(importedSweepSchema), leavesOf(importedSweepSchema)],
    ['training', settingRows(trainingSettings, 'training.'), leavesOf(trainingSettings)],
  ])('describe every setting of %s', async (_, rows, leaves) => {
    const page = (await generatePages())['docs/reference.md']!.split('\n');
    const cellsOf = (line: string): string[] => line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const cells = page.map(cellsOf);
    const described = rows.map(([name]) => name!);
    const named = new Set(cells.map(([, name]) => name));
    expect(described.filter((name) => !named.has(name))).toEqual([]);
    // The schema's own leaves too: `settingRows` could skip a field.
    const last = new Set(described.map((name) => name.replaceAll('`', '').split('.').at(-1)));
    expect(leaves.filter((key) => !last.has(key))).toEqual([]);
    expect(leaves.length).toBeGreaterThan(10);
  });

  it('have no table without rows', () => {
    expect(() => table(['setting', 'meaning'], [])).toThrow('has no rows');
    expect(table(['setting', 'meaning'], [['`k`', '']])).toBe('| setting |\n| --- |\n| `k` |');
  });

  it('have the only tables of hyperparameters', async () => {
    for (const { name } of await allVariants()) {
      const readme = await read(`packages/variants/${name}/README.md`);
      expect(readme, name).not.toMatch(/^\| *(hyperparameter|setting) *\|/im);
    }
  });

  it('show every command of package.json', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const launched = Object.keys(scripts).filter((name) => scripts[name]!.includes('launch.mjs'));
    const documented = COMMANDS.map(({ name }) => name);
    // vitest has its own help.
    expect(documented).toEqual(
      expect.arrayContaining(launched.filter((name) => name !== 'test').map((name) => `pnpm ${name}`)),
    );
  });
});

it.each(globSync('docs/decisions/[0-9]*.md', { cwd: PROJECT_ROOT }))('%s fits on a screen', async (path) => {
  expect((await read(path)).split('\n').length).toBeLessThanOrEqual(60);
});

describe('the sources', () => {
  let sources: string[];
  beforeAll(async () => {
    const files = globSync(['{packages,apps,bench,scripts,tests}/**/*.{ts,tsx,mjs}'], {
      cwd: PROJECT_ROOT,
      exclude: (path) => /node_modules|\.next/.test(path),
    });
    const own = files.filter((file) => !/\.test\.tsx?$|packages\/errors\/src\/codes\//.test(file));
    sources = await Promise.all(own.map(read));
  });
  const found = (pattern: RegExp): string[] =>
    sources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1]!));

  it('use every error code of the table', () => {
    const used = new Set(found(/'([a-z-]+\.[a-z0-9-]+)'/g));
    expect(Object.keys(ERROR_CODES).filter((code) => !used.has(code))).toEqual([]);
  });

  it('read no environment variable that the table lacks', () => {
    const names = [
      ...found(/process\.env\['(\w+)'\]/g),
      ...found(/process\.env\.(\w+)/g),
      ...found(/'(SAE_LAB_\w+)'/g),
    ];
    // Set by pnpm, of Node itself, passed on to another program, what the fault tests set, and settings of a test's experiment.
    const others = [
      'npm_lifecycle_event',
      'NODE_COMPILE_CACHE',
      'LD_LIBRARY_PATH',
      'SAE_LAB_FAULT_CLOCK',
      'SAE_LAB_FAULT_HANGS',
      'SAE_LAB_FAULT_RUN',
      'TEST_ACTIVATIONS',
      'TEST_DOCUMENT_IDS',
      'TEST_PAUSE_MS',
    ];
    expect([...new Set(names)].filter((name) => !(name in ENVIRONMENT) && !others.includes(name))).toEqual(
      [],
    );
  });
});
