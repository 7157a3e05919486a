import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { GraphProto } from 'onnx-buf';
import { namesRead } from '../cut-graph.ts';
import type { Hook } from '../hooks.ts';

/** Hooks that the field trains SAEs on. Others can be spliced too, but would make the message long. */
const USUAL = /^blocks\.\d+\.(hook_resid_(pre|mid|post)|hook_mlp_out|hook_attn_out)$/;

/**
 * The error for a hook whose activations cannot be replaced, with the hooks whose activations can.
 *
 * @param hooks every hook of the model by name
 */
export function notSpliceable(
  { requested }: Pick<Hook, 'requested'>,
  {
    graph,
    logits,
    hooks,
  }: { graph: GraphProto; logits: string; hooks: Iterable<[string, { tensor: string }]> },
): SaeLabError {
  const needed = new Set([logits]);
  for (const node of graph.node.toReversed()) {
    if (node.output.some((name) => needed.has(name))) namesRead(node).forEach((name) => needed.add(name));
  }
  const names = [...hooks].flatMap(([name, { tensor }]) =>
    USUAL.test(name) && needed.has(tensor) ? name.replace(/\d+/, '<layer>') : [],
  );
  return new SaeLabError('hook.not-spliceable', {
    problem: 'the hook cannot be spliced: the logits do not depend on its tensor',
    field: 'hook',
    ...(names.length > 0 && { expected: [...new Set(names)].join(', ') }),
    received: describeValue(requested),
    fix: 'Evaluate ce on another hook. The other evaluations need no splice.',
  });
}

/** The error for a graph without logits. */
export function noLogits(path: string, outputs: readonly string[]): SaeLabError {
  return new SaeLabError('model.no-logits', {
    problem: 'the graph does not compute logits, so the model has no loss',
    field: path,
    expected: 'an output named logits',
    received: outputs.join(', '),
    fix: 'Export the model for the task text-generation.',
  });
}
