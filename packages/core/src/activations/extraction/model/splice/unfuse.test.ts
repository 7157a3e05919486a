import { create } from '@bufbuild/protobuf';
import { GraphProtoSchema, NodeProtoSchema, type NodeProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { RUNTIME_DOMAIN } from '../build/graph-builder.ts';
import type { ModelGraph } from '../model-graph.ts';
import {
  expectClose,
  goldenSequences,
  openSplicedGolden,
  spliceActivationsAndZero,
} from './spliced-golden.ts';

/**
 * Fuses an addition with the norm that reads it, as ONNX Runtime's optimiser does.
 *
 * @param takesBias whether the fused node also adds the bias of what is added, which is then computed next to the graph
 * @param hasSum whether the fused node returns the sum, which is otherwise computed next to the graph
 */
function fuse(
  whole: ModelGraph,
  sum: string,
  { takesBias = false, hasSum = true }: { takesBias?: boolean; hasSum?: boolean } = {},
): ModelGraph {
  const isNorm = ({ opType }: NodeProto): boolean => opType.endsWith('LayerNormalization');
  const norm = whole.consumers.get(sum)!.find(isNorm)!;
  const addition = whole.producers.get(sum)!;
  const [stream, added] = addition.input as [string, string];
  const biased = whole.producers.get(added)!;
  const [skip, bias] = takesBias ? (biased.input as [string, string]) : [added, ''];
  const isSimple = norm.opType === 'SimplifiedLayerNormalization';
  const fused = create(NodeProtoSchema, {
    name: 'fused',
    opType: `Skip${norm.opType}`,
    domain: RUNTIME_DOMAIN,
    input: [stream, skip, norm.input[1]!, ...(bias === '' ? [] : isSimple ? [bias] : ['', bias])],
    output: [norm.output[0]!, ...(hasSum ? ['', '', sum] : [])],
    attribute: norm.attribute.filter(({ name }) => name === 'epsilon'),
  });
  const aside = [...(takesBias ? [biased] : []), ...(hasSum ? [] : [addition])];
  const nodes = whole.graph.node.flatMap((node) =>
    node === norm || aside.includes(node) ? [] : node === addition ? fused : node,
  );
  if (!hasSum) nodes.splice(whole.graph.node.indexOf(addition), 0, fused);
  return { ...whole, graph: create(GraphProtoSchema, { ...whole.graph, node: [...nodes, ...aside] }) };
}

describe('a residual stream that was fused with the norm after it', () => {
  it.each([
    ['llama', 'blocks.0.hook_resid_mid', 'blocks.0.hook_resid_mid', {}],
    ['llama', 'blocks.0.hook_resid_post', 'blocks.0.hook_resid_post', {}],
    ['gpt2', 'blocks.1.hook_resid_mid', 'blocks.1.hook_resid_mid', {}],
    // What is added is not a tensor of the graph: the node adds its bias too.
    ['gpt2', 'blocks.1.hook_attn_out', 'blocks.1.hook_resid_mid', { takesBias: true }],
    ['gpt2', 'blocks.0.hook_mlp_out', 'blocks.0.hook_resid_post', { takesBias: true }],
    ['llama3', 'blocks.1.hook_attn_out', 'blocks.1.hook_resid_mid', { takesBias: true }],
    // Neither is the last sum, which no other node reads.
    ['gpt2', 'blocks.1.hook_resid_post', 'blocks.1.hook_resid_post', { hasSum: false }],
    ['llama', 'blocks.1.hook_resid_post', 'blocks.1.hook_resid_post', { hasSum: false }],
  ] as const)('in %s: a splice of %s reaches the norm of %s (%o)', async (name, hook, sum, options) => {
    const sequences = goldenSequences(name);
    const plain = await spliceActivationsAndZero(await openSplicedGolden(name, hook), sequences);
    const edit = (graph: ModelGraph): ModelGraph => fuse(graph, sum, options);
    const fused = await spliceActivationsAndZero(await openSplicedGolden(name, hook, edit), sequences);
    expectClose(fused.clean, plain.clean, 1e-5);
    expectClose(fused.zero, plain.zero, 1e-5);
    expect(fused.same).toEqual(fused.clean);
  });
});
