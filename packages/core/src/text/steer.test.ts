import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSteerableGolden, SPLICES } from '../activations/extraction/model/splice/spliced-golden.ts';
import { steer, type LatentChange, type Steered } from './steer.ts';
import { TextSae } from './text-sae.ts';

interface Continued {
  readonly next: readonly (readonly [token: number, logProbability: number])[];
  readonly continuation: readonly number[];
}
interface Golden {
  readonly tokens: readonly number[];
  readonly from: number;
  readonly clean: Continued;
  readonly hooks: Record<string, { latent: number; add: Continued; ablate: Continued }>;
}

/** Of `tests/reference/steering.py`. */
const AMOUNT = 4;
const golden = JSON.parse(readFileSync(join(SPLICES, 'steering.json'), 'utf8')) as Record<string, Golden>;
const tokenizer = { specialTokenIds: new Set<number>() };

let sae: TextSae;
beforeAll(async () => {
  await useCpuBackend({ threads: 1 });
  sae = await TextSae.load(join(SPLICES, 'sae'));
});
afterAll(() => sae.dispose());

describe.each(Object.entries(golden))('%s, steered', (name, { tokens, from, clean, hooks }) => {
  it('continues as PyTorch does with a forward hook', async () => {
    for (const [hook, { latent, ...expected }] of Object.entries(hooks)) {
      const model = await openSteerableGolden(name, hook);
      const run = (change: LatentChange): Promise<Steered> =>
        steer({ model, tokenizer, sae, latent, change, tokens, isRead: () => true, from, steps: 3 });
      for (const [kind, change] of [
        ['add', { kind: 'add', amount: AMOUNT }],
        ['ablate', { kind: 'ablate' }],
      ] as const) {
        const found = await run(change);
        expectContinued(found.clean, found.continuations.clean, clean);
        expectContinued(found.steered, found.continuations.steered, expected[kind]);
      }
      const none = await run({ kind: 'add', amount: 0 });
      expect(none.steered).toEqual(none.clean);
      expect(none.continuations.steered).toEqual(none.continuations.clean);
    }
  });
});

it('leaves positions alone that the SAE does not read, and those before the first', async () => {
  const { tokens, hooks } = golden['gpt2']!;
  const hook = 'blocks.0.hook_resid_post';
  const model = await openSteerableGolden('gpt2', hook);
  const { latent } = hooks[hook]!;
  const run = (options: { from: number; isRead: (position: number) => boolean }): Promise<Steered> =>
    steer({
      model,
      tokenizer,
      sae,
      latent,
      change: { kind: 'add', amount: AMOUNT },
      tokens,
      steps: 1,
      ...options,
    });
  const last = tokens.length - 1;
  const nowhere = await run({ from: 0, isRead: () => false });
  expect(nowhere.steered).toEqual(nowhere.clean);
  const late = await run({ from: last, isRead: () => true });
  expect(late.steered).toEqual((await run({ from: 0, isRead: (position) => position === last })).steered);
  expect(late.steered).not.toEqual(late.clean);
  expect(late.activations).toHaveLength(tokens.length);
  expect(nowhere.activations).toEqual(tokens.map(() => null));
});

function expectContinued(
  distribution: Float32Array,
  continuation: readonly number[],
  expected: Continued,
): void {
  for (const [token, value] of expected.next) {
    expect(Math.abs(distribution[token]! - value)).toBeLessThan(1e-5);
  }
  expect(continuation).toEqual(expected.continuation);
}
