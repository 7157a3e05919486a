import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextSteps } from './next-steps.ts';
import { writeVariant } from './write-variant.ts';

const LISTING = {
  name: '@sae-lab/experiments',
  dependencies: { '@sae-lab/relu-l1': 'workspace:*', '@sae-lab/topk': 'workspace:*' },
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sae-lab-test-'));
  for (const folder of ['experiments', 'packages/variants/topk', 'packages/core']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, '.oxfmtrc.json'), '{ "singleQuote": true, "printWidth": 110 }');
  writeFileSync(join(root, 'experiments/package.json'), JSON.stringify(LISTING));
  writeFileSync(join(root, 'packages/core/package.json'), '{ "name": "@sae-lab/core" }');
});
afterEach(() => rmSync(root, { recursive: true }));

const everything = (): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('a new variant', () => {
  it('is a package named like the variant, listed in alphabetical order', async () => {
    await writeVariant(root, 'soft-top');
    const folder = 'packages/variants/soft-top';
    expect(readdirSync(join(root, folder)).toSorted()).toEqual([
      'README.md',
      'package.json',
      'src',
      'tsconfig.json',
      'turbo.json',
    ]);
    expect(readdirSync(join(root, folder, 'src')).toSorted()).toEqual([
      'index.ts',
      'soft-top.test.ts',
      'soft-top.ts',
    ]);
    expect(read(`${folder}/src/index.ts`)).toBe("export { softTop } from './soft-top.ts';\n");
    expect(read(`${folder}/src/soft-top.ts`)).toContain("name: 'soft-top'");
    expect(JSON.parse(read(`${folder}/package.json`))).toMatchObject({ name: '@sae-lab/soft-top' });
    expect(
      Object.keys((JSON.parse(read('experiments/package.json')) as typeof LISTING).dependencies),
    ).toEqual(['@sae-lab/relu-l1', '@sae-lab/soft-top', '@sae-lab/topk']);
    for (const path of everything().filter((name) => name.endsWith('.ts'))) {
      expect(read(path)).not.toMatch(/template-?variant/i);
    }
  });

  it('has a numbered comment at every line that the author is pointed to', async () => {
    const files = await writeVariant(root, 'soft-top');
    const lines = files['src/soft-top.ts']!.split('\n');
    const said = [...nextSteps('soft-top', files).matchAll(/src\/soft-top\.ts:(\d+) {2}(.+)/g)];
    expect(said.map(([, , what]) => what)).toEqual([
      'Source',
      'Hyperparameters',
      'Parameters',
      'Codes',
      'Reconstruction',
      'Losses',
      'Saved as',
    ]);
    for (const [, line, what] of said) expect(lines[Number(line) - 1]).toContain(what);
  });

  it.each([
    ['topk', 'packages/variants/topk'],
    ['core', 'packages/core'],
  ])('is refused if its name is taken: %s', async (name, taken) => {
    const before = everything();
    await expect(writeVariant(root, name)).rejects.toMatchObject({
      code: 'new-variant.exists',
      message: expect.stringContaining(taken) as string,
    });
    expect(everything()).toEqual(before);
    expect(JSON.parse(read('experiments/package.json'))).toEqual(LISTING);
  });

  it('leaves nothing behind if it cannot be moved into place', async () => {
    rmSync(join(root, 'packages/variants'), { recursive: true });
    const before = everything();
    await expect(writeVariant(root, 'soft-top')).rejects.toThrow('ENOENT');
    expect(everything()).toEqual(before);
    expect(JSON.parse(read('experiments/package.json'))).toEqual(LISTING);
  });
});
