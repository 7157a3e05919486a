import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENVIRONMENT, PROJECT_ROOT } from '@sae-lab/command-line';
import { ERROR_CODES } from '@sae-lab/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { generatePages } from './pages.ts';

const read = (file: string): Promise<string> => readFile(join(PROJECT_ROOT, file), 'utf8');

describe('the generated pages', () => {
  it.each(['docs/reference.md', 'docs/errors.md'])('%s is up to date', async (path) => {
    const pages = await generatePages();
    expect(await read(path), 'run `pnpm docs:generate`').toBe(pages[path]);
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
    // Set by pnpm, passed on to another program, and a mark of the fault tests.
    const others = ['npm_lifecycle_event', 'LD_LIBRARY_PATH', 'SAE_LAB_FAULT_RUN'];
    expect([...new Set(names)].filter((name) => !(name in ENVIRONMENT) && !others.includes(name))).toEqual(
      [],
    );
  });
});
