import { Tensor } from 'onnxruntime-node';
import type { SessionOptions } from '../activation-session.ts';
import type { Hook } from '../hooks.ts';
import { openHalves } from './halves.ts';
import { INPUTS, OUTPUTS, spliceGraph } from './splice-graph.ts';
import type { SplicedBatch, SplicedModel, Splices } from './spliced-model.ts';
import type { WholeGraph } from './whole-graph.ts';

/**
 * Opens a model for replacing the activations of a hook. The part up to the hook and the part after it are separate
 * sessions.
 *
 * @throws {SaeLabError} `hook.not-spliceable`, `model.no-logits`, `model.unrunnable`
 */
export async function openSpliced(
  whole: WholeGraph,
  hook: Hook,
  options: SessionOptions,
): Promise<SplicedModel> {
  const edit = { graph: spliceGraph, inputs: Object.values(INPUTS), outputs: Object.values(OUTPUTS) };
  const halves = await openHalves(whole, hook, edit, options);
  try {
    const { rest } = await halves.begin([[0, 0]]);
    return {
      computesAllLogits: halves.edited.computesAllLogits,
      vocabulary: await vocabularyOf(rest, hook.dIn),
      async begin(sequences): Promise<SplicedBatch> {
        const { tokens, activations, rest: restOf } = await halves.begin(sequences);
        return {
          tokens,
          activations,
          async losses(splices) {
            const found = await restOf(feedsOfSplices(splices, hook.dIn));
            const floats = (name: string): Float32Array => found[name]!.data as Float32Array;
            return {
              clean: floats(OUTPUTS.clean),
              spliced: floats(OUTPUTS.spliced),
              divergence: floats(OUTPUTS.divergence),
            };
          },
        };
      },
      close: () => halves.close(),
    };
  } catch (error) {
    await halves.close();
    throw error;
  }
}

/** Number of logits of a token, from a run: graphs need not declare it. */
async function vocabularyOf(
  rest: (given: Record<string, Tensor>) => Promise<Record<string, Tensor>>,
  dIn: number,
): Promise<number> {
  const one: Splices = {
    rows: BigInt64Array.of(0n, 0n),
    targets: BigInt64Array.of(0n),
    patches: new Float32Array(dIn),
    count: 1,
  };
  const found = await rest(feedsOfSplices(one, dIn));
  return Number((found[OUTPUTS.shape]!.data as BigInt64Array).at(-1));
}

function feedsOfSplices({ rows, targets, patches, count }: Splices, dIn: number): Record<string, Tensor> {
  return {
    [INPUTS.rows]: new Tensor('int64', rows, [targets.length, 1, 2]),
    [INPUTS.targets]: new Tensor('int64', targets, [targets.length, 1, 1]),
    [INPUTS.patches]: new Tensor('float32', patches, [count, targets.length, 1, dIn]),
    [INPUTS.count]: new Tensor('int64', BigInt64Array.of(BigInt(count)), []),
  };
}
