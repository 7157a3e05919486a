import { describe, expect, it } from 'vitest';
import { openActivationSession } from '../activation-session.ts';
import { SUPPORTED_MODEL_TYPES } from '../build/index.ts';
import { resolveHooks } from '../hooks.ts';
import { openLanguageModel, type LanguageModel } from '../language-model.ts';
import {
  expectedActivations,
  folderOf,
  goldenExports,
  sequencesOf,
  withoutPadding,
} from './golden-exports.ts';

/** The hooks that every export has, apart from `hook_resid_mid` of parallel models. */
const HOOK =
  /^(hook_embed|hook_pos_embed|blocks\.\d+\.(hook_resid_(pre|mid|post)|ln[12]\.hook_normalized|attn\.hook_[qkvz]|hook_(attn|mlp)_out|mlp\.hook_(pre|pre_linear|post)))$/;

/**
 * The largest difference from the original model, relative to the largest value of a hook. In parentheses: measured, with
 * ONNX Runtime 1.30 on x64. The models are only 16 wide, so weights in few bits change them much.
 */
const BOUNDS: Record<string, number> = {
  fp16: 0.01, // (5.0e-3)
  'builder-fp16': 0.01, // (6.5e-3)
  q8: 0.2, // (0.126)
  'q8-fused': 0.2, // (4.8e-2)
  q4: 0.8, // (0.51)
  bnb4: 0.8, // (0.66)
  'builder-q4': 1.5, // (1.14)
};

const open = (model: string, form: string): Promise<LanguageModel> =>
  openLanguageModel({ kind: 'folder', folder: folderOf(model, form) });

/** What hooks of an exported graph are, [tokens, dIn]. */
async function run(
  opened: LanguageModel,
  names: readonly string[],
  sequences: number[][],
): Promise<Map<string, Float32Array>> {
  const hooks = resolveHooks(opened, names);
  const distinct = [...new Map(hooks.map((hook) => [hook.tensor, hook])).values()];
  const session = await openActivationSession(opened, distinct);
  try {
    const { tokens, activations } = await session.run(sequences);
    return new Map(
      hooks.map(({ requested, tensor }) => {
        const values = activations[distinct.findIndex((hook) => hook.tensor === tensor)]!;
        return [requested, withoutPadding(values, sequences, tokens)];
      }),
    );
  } finally {
    await session.close();
  }
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The largest difference divided by the largest value; NaN if the values cannot be compared. */
function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length || !actual.every(Number.isFinite)) return Number.NaN;
  return largest(actual.map((value, i) => value - expected[i]!)) / largest(expected);
}

const sum = (...terms: Float32Array[]): Float32Array =>
  terms[0]!.map((_, i) => terms.reduce((total, term) => total + term[i]!, 0));

describe('an exported graph', () => {
  it('is tested for every architecture that graphs can be built for', async () => {
    const configs = goldenExports().map(({ model, form }) => open(model, form));
    const types = new Set((await Promise.all(configs)).map(({ config }) => config.modelType));
    // The config of Gemma 3 is reduced to that of its text part, gemma3_text. Optimum does not export Ministral.
    const without = new Set(['gemma3', 'ministral']);
    expect(SUPPORTED_MODEL_TYPES.filter((type) => !without.has(type) && !types.has(type))).toEqual([]);
  });

  for (const { model, form } of goldenExports()) {
    it(`has every hook of the original model: ${model}, ${form}`, async () => {
      const expected = await expectedActivations(model);
      const opened = await open(model, form);
      const names = [...opened.named.hooks.keys()];
      expect(names.toSorted()).toEqual([...expected.keys()].filter((name) => HOOK.test(name)).toSorted());

      const found = await run(opened, names, sequencesOf(model));
      const bound = BOUNDS[form] ?? 1e-4;
      for (const name of names) {
        expect(relativeDifference(found.get(name)!, expected.get(name)!), name).toBeLessThan(bound);
      }

      // However imprecise the weights are, what is added to the residual stream is what changes it.
      const precision = form.includes('fp16') ? 2e-3 : 1e-5;
      for (let layer = 0; layer < opened.config.layers; layer++) {
        const [before, attention, middle, mlp, after] = [
          'resid_pre',
          'attn_out',
          'resid_mid',
          'mlp_out',
          'resid_post',
        ].map((part) => found.get(`blocks.${layer}.hook_${part}`)) as Float32Array[];
        expect(relativeDifference(sum(before!, attention!, mlp!), after!)).toBeLessThan(precision);
        if (middle === undefined) continue;
        expect(relativeDifference(sum(before!, attention!), middle)).toBeLessThan(precision);
      }
    });
  }

  it('computes a hook to the same bits, whatever else it computes', async () => {
    for (const [model, form] of [
      ['llama-wide', 'builder'],
      ['gpt2', 'fused'],
      ['gpt-neox', 'optimum'],
    ] as const) {
      const opened = await open(model, form);
      const sequences = sequencesOf(model);
      const all = await run(opened, [...opened.named.hooks.keys()], sequences);
      for (const name of [
        'blocks.1.hook_resid_post',
        'blocks.1.ln2.hook_normalized',
        'blocks.0.attn.hook_k',
      ]) {
        expect((await run(opened, [name], sequences)).get(name), `${model} ${name}`).toEqual(all.get(name));
      }
    }
  });

  it('has names for the sum that an operator adds and normalises', async () => {
    const opened = await open('llama-wide', 'builder');
    const tensorOf = (name: string): string => opened.named.hooks.get(name)!.tensor;
    expect(tensorOf('blocks.0.hook_resid_mid')).toBe('/model/layers.0/post_attention_layernorm/output_3');
    expect(tensorOf('blocks.1.hook_resid_pre')).toBe('/model/layers.1/input_layernorm/output_3');
    // The last norm has no output for the sum.
    expect(tensorOf('blocks.1.hook_resid_post')).toBe('/model/layers.2/final_norm_layernorm/output_0/sum');
  });

  it('keeps the names of module paths, and gives a tensor one name', async () => {
    const opened = await open('llama', 'optimum');
    const path = 'model.layers.1.mlp';
    const name = 'blocks.1.hook_mlp_out';
    const [byPath] = resolveHooks(opened, [path]);
    const [byName] = resolveHooks(opened, [name]);
    expect(byPath).toMatchObject({ name: 'model.layers.1.mlp.down_proj', tensor: byName!.tensor, dIn: 16 });
    expect(byName).toMatchObject({ name, layer: 1 });
    expect(resolveHooks(opened, [name, path]).map((hook) => hook.name)).toEqual([name, name]);
  });
});
