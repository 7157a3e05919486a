import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, expect, it } from 'vitest';
import { CORPUS } from '../../activations/test-support.ts';
import { loadSae } from '../../sae/saelens-format.ts';
import { contextOf, evaluateCe } from './fixture.ts';

const FOLDER = fileURLToPath(new URL('../../../../../tests/reference/saelens-ce', import.meta.url));

/** SAELens's names of the figures. */
interface Measured {
  readonly ce_loss_without_sae: number;
  readonly ce_loss_with_sae: number;
  readonly ce_loss_with_ablation: number;
  readonly ce_loss_score: number;
  readonly kl_div_with_sae: number;
  readonly kl_div_with_ablation: number;
  readonly kl_div_score: number;
}
/** Written by `tests/reference/saelens_ce.py`. */
const recorded = JSON.parse(readFileSync(join(FOLDER, 'losses.json'), 'utf8')) as {
  readonly documents: number;
  readonly context: number;
  readonly saes: Record<'topk' | 'relu-l1', Record<'all' | 'without-special', Measured>>;
};

beforeAll(() => useCpuBackend({ threads: 1 }));

it.each(['all', 'without-special'] as const)(
  "agrees with SAELens's own evaluation, tokens: %s",
  async (kind) => {
    const context = await contextOf(
      { topk: await loadSae(join(FOLDER, 'topk')), 'relu-l1': await loadSae(join(FOLDER, 'relu-l1')) },
      {
        hooks: ['blocks.3.hook_resid_post'],
        dataset: { ...CORPUS, documents: recorded.documents },
        settings: {
          context: 'truncate',
          maxTokens: recorded.context,
          includeSpecialTokens: kind === 'all',
        },
      },
      0,
    );
    const results = await evaluateCe(context);
    for (const [name, kinds] of Object.entries(recorded.saes)) {
      const theirs = kinds[kind];
      const ours = results[name]!.figures;
      expect(relative(ours['ce_clean']!, theirs.ce_loss_without_sae)).toBeLessThan(1e-5);
      expect(relative(ours['ce_spliced']!, theirs.ce_loss_with_sae)).toBeLessThan(1e-5);
      // SAELens also counts the last token of a piece, whose next token is not known.
      expect(relative(ours['kl_spliced']!, theirs.kl_div_with_sae)).toBeLessThan(0.005);
      // Its ablation always includes the first token.
      if (kind === 'without-special') continue;
      expect(relative(ours['ce_zero']!, theirs.ce_loss_with_ablation)).toBeLessThan(1e-5);
      expect(relative(ours['ce_recovered']!, theirs.ce_loss_score)).toBeLessThan(1e-3);
      expect(relative(ours['kl_zero']!, theirs.kl_div_with_ablation)).toBeLessThan(0.005);
      expect(relative(ours['kl_recovered']!, theirs.kl_div_score)).toBeLessThan(0.005);
    }
  },
);

function relative(value: number, expected: number): number {
  return Math.abs(value / expected - 1);
}
