/** The variant at the top of docs/adding-a-variant.md is small, compiles without a written type, and conforms. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testConformance } from '@sae-lab/core/testing';
import type { SweepableVariant } from '@sae-lab/core/variant';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/adding-a-variant.md'), 'utf8');
const source = /^```ts\n(.*?)^```/ms.exec(page)![1]!;

// Written into this package, because the variant imports its dependencies.
const folder = join(import.meta.dirname, '.test-data', `adding-a-variant-${process.pid}`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'variant.ts'), source);
const tsconfig = { extends: join(ROOT, 'tsconfig.base.json'), include: ['variant.ts'] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
afterAll(() => rmSync(folder, { recursive: true }));

const { tanhPenalty } = (await import(join(folder, 'variant.ts'))) as { tanhPenalty: SweepableVariant };

describe('the variant in docs/adding-a-variant.md', () => {
  it('has at most 35 lines and no explicit type', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(35);
    expect(source).not.toMatch(/defineVariant<|(?<!\*) as /);
  });

  it('compiles', () => {
    const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', folder]);
    expect(stdout.toString()).toBe('');
  });

  testConformance(tanhPenalty.variant, [{ tanh: 0.05 }]);
});
