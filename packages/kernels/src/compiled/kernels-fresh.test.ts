import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileKernels, type CompiledKernels } from '../../scripts/compile-kernels.ts';
import { wasm } from './web-assembly.ts';

let compiled: CompiledKernels;
beforeAll(async () => void (compiled = await compileKernels()));

const committed = (file: string): Buffer => readFileSync(new URL(file, import.meta.url));

describe('assembly/ compiles to the committed files; if not, run `pnpm --filter @sae-lab/kernels build`', () => {
  it('kernels.wasm', () => expect(Buffer.compare(committed('./kernels.wasm'), compiled.wasm)).toBe(0));

  it('kernel-exports.ts', () => expect(committed('./kernel-exports.ts').toString()).toBe(compiled.exports));
});

it('there is a signature for every function that the module exports', () => {
  const declared = [...compiled.exports.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
  const exported = wasm.Module.exports(new wasm.Module(compiled.wasm))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);
  expect(new Set(declared)).toEqual(new Set(exported));
});
