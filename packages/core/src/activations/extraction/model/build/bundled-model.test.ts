import { expect, it } from 'vitest';
import { MODEL, temporaryFolder } from '../../../test-support.ts';
import { openActivationSession } from '../activation-session.ts';
import { resolveHooks } from '../hooks.ts';
import { openLanguageModel } from '../language-model.ts';
import { readTextConfig } from '../model-config.ts';
import { writeBundledCheckpoint } from './bundled-weights.ts';
import { runGraph } from './golden-models.ts';
import { describeGraph, writeGraph } from './index.ts';

const HOOKS = [
  'blocks.0.hook_resid_pre',
  'blocks.2.hook_attn_out',
  'blocks.3.hook_mlp_out',
  'blocks.5.hook_resid_post',
];

it('gives the activations of the exported graph of the bundled model', async () => {
  const model = await openLanguageModel(MODEL);
  const description = describeGraph(await readTextConfig(model.files.config), model.files.config);
  const weights = temporaryFolder();
  await writeBundledCheckpoint(weights);

  const ids = model.tokenizer.encode('It is a truth universally acknowledged, that a single man');
  const sequences = [ids, ids.toReversed().slice(0, 5)];
  const exported = await openActivationSession(model, resolveHooks(model, HOOKS));
  const { activations, tokens } = await exported.run(sequences);
  const { path } = await writeGraph(description, { outputs: HOOKS, weights, folder: temporaryFolder() });
  const padded = (valueOf: (id: number) => number): number[][] =>
    sequences.map((sequence) => Array.from({ length: tokens }, (_, i) => valueOf(sequence[i] ?? -1)));
  const built = await runGraph(path, {
    ids: padded((id) => Math.max(id, 0)),
    mask: padded((id) => (id < 0 ? 0 : 1)),
  });

  HOOKS.forEach((hook, h) => {
    const { width } = description.hooks.get(hook)!;
    const expected = activations[h]!;
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    sequences.forEach((sequence, row) => {
      const start = row * tokens * width;
      for (let i = start; i < start + sequence.length * width; i++) {
        expect(Math.abs(built[hook]![i]! - expected[i]!)).toBeLessThan(1e-4 * largest);
      }
    });
  });
  await exported.close();
});
